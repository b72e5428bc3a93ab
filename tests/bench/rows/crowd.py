"""Many jobs running at once: each says that it runs, then waits until all may end.

The rate is that at which the jobs say so: of the last fifth, to that of the first.
"""
import os
import resource
import time

import measure
from table import Row, mb, skipped, times

TITLE = "many jobs running at once"
MOST_MB = 64
STEADY = 0.9  # the rate of the last fifth to that of the first
DESCRIPTORS = 3  # a job: two pipes and a pidfd


def room_for(jobs):
    """So many jobs may have their descriptors and processes here: raises the limit where it may be raised."""
    wanted = jobs * DESCRIPTORS + 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, wanted))
            hard = wanted
        except (ValueError, PermissionError):
            pass
    return jobs if hard == resource.RLIM_INFINITY else min(jobs, (hard - 200) // DESCRIPTORS)


def rows(bench):
    wanted = bench.of(10_000, 2000)
    jobs = room_for(wanted)
    measure.note(f"{jobs} jobs running at once")
    if jobs < 100:
        return [skipped(TITLE, "the limit on open files is too low")]
    runs = [one_run(bench, jobs) for _ in range(bench.of(3, 2))]
    rate = measure.statistics.median(steady for steady, _, _ in runs)
    peak = max(usage.peak for _, _, usage in runs)
    took = measure.statistics.median(all_run for _, all_run, _ in runs)
    row = Row(f"{jobs} jobs at once, until all run", f"{took:.2f} s", "", mb(peak), times(rate),
              f"under {MOST_MB} MB, last fifth started at {STEADY} of the first's rate",
              peak < MOST_MB * 1024 and rate >= STEADY)
    if jobs < wanted:
        row.what += f" (of {wanted}: no more descriptors)"
    return [row]


def one_run(bench, jobs):
    """Returns (the last fifth's rate to the first's, seconds until all run, Usage)."""
    say, gate = bench.path("say"), bench.path("gate")
    for path in (say, gate):
        if not os.path.exists(path):
            os.mkfifo(path)
    heard = os.open(say, os.O_RDWR)  # RDWR: the end of one writer is not the end of all
    items = bench.write("items", "x\n" * jobs)
    argv = [bench.weir, "-j", str(jobs), bench["hold"], say, gate]
    begin = time.monotonic()
    with open(items, "rb") as source:
        weir = bench.start(argv, source)
    times_of = []
    while len(times_of) < jobs:
        count = len(os.read(heard, 4096))
        times_of += [time.monotonic() - begin] * count
    opened = os.open(gate, os.O_WRONLY)
    usage = bench.finish(weir, argv)
    os.close(opened)
    os.close(heard)
    fifth = jobs // 5
    first = times_of[fifth] - times_of[0]
    last = times_of[-1] - times_of[-1 - fifth]
    return first / last, times_of[-1], usage
