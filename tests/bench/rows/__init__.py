"""The rows of the table, by the names that --only takes. Each module has TITLE, where figures need it a
word on what they mean, and rows(bench), which measures and judges."""
from . import (crowd, dialects, first_job, flat, gates, journal, manifest, noop, output, pipe, progress, scheduler, shell, stream, web)

ALL = {"noop": noop, "shell": shell, "first": first_job, "output": output, "stream": stream,
       "crowd": crowd, "flat": flat, "manifest": manifest, "journal": journal, "gates": gates, "pipe": pipe, "progress": progress,
       "dialects": dialects, "scheduler": scheduler, "web": web}
