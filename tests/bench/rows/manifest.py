"""A manifest whose jobs need each other, ten chains side by side.

To the first job: from weir's start to the first byte that the first job prints, TOML being read and
checked whole before. Beyond the same jobs as lines: the processor's time of the whole run of the
manifest, reading it included, less that of `weir < lines` with the same jobs, a job.
"""
import json
import os
import subprocess
import time

import measure
from table import Row, mb, ms, us

TITLE = "manifest of jobs with needs"
CHAINS = 10
MOST_TO_FIRST, MOST_BEYOND = 0.5, 10e-6  # seconds
FIRST = ["/bin/echo", "first"]


def jobs_of(program, count):
    for i in range(count):
        job = {"name": f"job-{i}", "argv": [program] if i else FIRST}
        if i >= CHAINS:
            job["needs"] = [f"job-{i - CHAINS}"]
        yield job


def toml(jobs):
    """A string of JSON is one of TOML, too, where it is of plain letters."""
    return "version = 1\n" + "".join(
        "[[job]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in job.items()) for job in jobs)


def rows(bench):
    count = bench.of(100_000, 10_000)
    measure.note(f"{TITLE}: {count}")
    program = bench["tiny"]
    forms = {
        "TOML": bench.write("jobs.toml", toml(jobs_of(program, count))),
        "JSON Lines": bench.write("jobs.jsonl", '{"version":1}\n' + "".join(
            json.dumps(job) + "\n" for job in jobs_of(program, count)))}
    lines = bench.write("lines", "".join(" ".join(job["argv"]) + "\n" for job in jobs_of(program, count)))
    to_first = {name: [] for name in forms}

    def case(name):
        def run():
            seconds, usage = until_first(bench, [bench.weir, "-j4", "--file", forms[name]])
            to_first[name].append(seconds)
            return usage
        return run

    series = measure.rounds(bench.of(3, 3), {"lines": lambda: bench.run([bench.weir, "-j4"], lines),
                                             **{name: case(name) for name in forms}})
    plain = series["lines"]
    table = [Row(f"{count} jobs as lines", us(plain.median("wall"), count), us(plain.median("cpu"), count),
                 mb(plain.peak))]
    for name in forms:
        table += shown(f"{count} jobs, {name}", count, series[name], plain, to_first[name])
    return table


def shown(what, count, series, plain, to_first):
    beyond = measure.statistics.median(a.cpu - b.cpu for a, b in zip(series.usages, plain.usages)) / count
    first = measure.statistics.median(to_first)
    return [Row(f"{what}: to the first job", ms(first), "", "", "", "under 500 ms", first < MOST_TO_FIRST),
            Row(f"{what}: all", us(series.median("wall"), count), us(series.median("cpu"), count), mb(series.peak),
                f"+{us(beyond)}", "under 10 µs CPU a job beyond lines", beyond < MOST_BEYOND)]


def until_first(bench, argv):
    """Returns (seconds until the first byte of output, Usage)."""
    begin = time.perf_counter()
    weir = bench.start(argv, stdout=subprocess.PIPE)
    os.read(weir.stdout.fileno(), 1)
    seconds = time.perf_counter() - begin
    weir.stdout.read()
    weir.stdout.close()
    return seconds, bench.finish(weir, argv)
