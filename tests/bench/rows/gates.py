"""The no-op jobs with what holds starts up, all of it open, beside the same without: gates on the machine, claims, tokens of
a jobserver, a socket that nobody speaks to; and each job with a terminal in place of two pipes, or in a control group of its own
where that can be had. Judged by the clock and by the processor's time."""
import subprocess

import measure
import peers
from table import Row, both, mb, us

TITLE = "gates, on the no-op jobs"
LIMIT = 8
MOST = 1.03
OPTIONS = {"none": [], "--load, --memfree": ["--load", "100000%", "--memfree", "1"], "--job-memory": ["--job-memory", "1"],
           "--control": ["--control={}"], "--jobserver": ["--jobserver"], "--pty": ["--pty"],
           "--cgroup require": ["--cgroup", "require"]}
JUDGED = ("--load, --memfree", "--job-memory", "--control")


def rows(bench):
    count = bench.of(20_000, 3000)
    measure.note(TITLE)
    socket = bench.path("control")

    def case(options):
        def run():
            argv, stdin = peers.weir(bench, LIMIT, count)
            return bench.run([argv[0], *(option.format(socket) for option in options), *argv[1:]], stdin)
        return run

    weir = peers.weir(bench, LIMIT, count)[0][0]
    options_here = {name: options for name, options in OPTIONS.items() if name != "--cgroup require" or takes(weir, options)}
    series = measure.rounds(bench.of(9, 5), {name: case(options) for name, options in options_here.items()})
    table = []
    for name, one in series.items():
        row = Row(f"gates: {name}", us(one.median("wall"), count), us(one.median("cpu"), count), mb(one.peak))
        if name != "none":
            wall, cpu = one.ratio(series["none"]), one.ratio(series["none"], "cpu")
            row.ratio = both(wall, cpu)
        if name in JUDGED:
            row.wanted = f"at most {MOST}"
            row.reached = max(wall, cpu) <= MOST
        table.append(row)
    return table


def takes(weir, options):
    return subprocess.run([weir, *options, "true", ":::", "x"], stderr=subprocess.DEVNULL, check=False).returncode == 0
