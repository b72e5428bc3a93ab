"""The scheduler alone, with jobs that are empty coroutines: figures of the bench in scheduler/, which
measures them beside bare Asio, in processor time."""
import os
import re
import subprocess

import measure
from table import Row, skipped

TITLE = "scheduler alone"
LEAST_RATE, MOST_BYTES, MOST_CLOSE = 2.0, 600, 50.0  # M/s, a pending job, ms
PROGRAM = "bench_scheduler"


def rows(bench):
    program = os.path.join(os.path.dirname(bench.weir), PROGRAM)
    if not os.access(program, os.X_OK):
        return [skipped(TITLE, f"{PROGRAM} is not built beside weir")]
    measure.note(TITLE)
    said = subprocess.run([program, str(bench.of(1_000_000, 200_000)), "1000"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    rate, slower = figures(r"^loop_scheduler, limit 100, pending 10000\s+(\S+) M/s\s+(\S+) x", said)
    pending, allocations = figures(r"^100000 pending: (\S+) bytes and (\S+) allocations", said)
    close = figures(r"^close\(\) of 50000 pending: (\S+) ms", said)[0]
    return [Row("empty jobs, limit 100, pending 10000", f"{rate:.2f} M/s", "", "", f"{slower:.2f} of co_spawn's time",
                f"at least {LEAST_RATE:.0f} M/s", rate >= LEAST_RATE),
            Row("a pending job", "", "", f"{pending:.0f} bytes", f"{allocations:.2f} allocations",
                f"under {MOST_BYTES} bytes", pending < MOST_BYTES),
            Row("close() of 50000 pending", f"{close:.2f} ms", "", "", "", f"under {MOST_CLOSE:.0f} ms",
                close < MOST_CLOSE)]


def figures(pattern, text):
    return [float(word) for word in re.search(pattern, text, re.MULTILINE).groups()]
