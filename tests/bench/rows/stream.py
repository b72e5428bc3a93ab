"""Jobs that stream through: memory is to stay the same, however many they are.

A run of fewer goes before each: a tenth, but enough to fill what may be pending. The greatest resident size of any process is taken, weir's
being by far the largest. Command lines run with the progress display on a terminal.
"""
import subprocess

import measure
from table import Row, mb, times, us

TITLE = "jobs that stream through"
FLAT = 1.05
FEWEST = 20_000


def fed(bench, argv, line, count, **more):
    """Runs it with so many times the line on its standard input, made while it reads."""
    with subprocess.Popen(["/bin/sh", "-c", f"yes '{line}' | head -n {count}"], stdout=subprocess.PIPE) as feeder:
        return bench.run_from(argv, feeder.stdout, **more)


def on_terminal(bench, argv, line, count):
    with measure.terminal() as terminal:
        return fed(bench, argv, line, count, **terminal)


def rows(bench):
    tiny = bench["tiny"]
    lines = compared(bench, "command lines, progress on", bench.of(1_000_000, 50_000), 10, lambda count: on_terminal(
        bench, [bench.weir, "-j4", "--progress"], tiny, count))
    json = f'{{"argv":["{tiny}"]}}'
    manifest = compared(bench, "JSON Lines", bench.of(5_000_000, 50_000), 16, lambda count: fed(
        bench, [bench.weir, "-j4", "--file", "-", "--format", "jsonl"], json, count))
    return [lines, manifest]


def compared(bench, name, count, most, run):
    measure.note(f"{count} {name}")
    few, many = run(max(FEWEST, count // 10)), run(count)
    grown = many.peak / few.peak
    return Row(f"{count} {name}", us(many.wall, count), us(many.cpu, count), mb(many.peak), times(grown),
               f"flat (at most {FLAT}), under {most} MB", grown <= FLAT and many.peak < most * 1024)
