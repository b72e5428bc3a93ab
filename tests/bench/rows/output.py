"""Eight jobs that print much, into a pipe, beside one `cat` between two processes."""
import subprocess

import measure
from table import Row, mb, skipped, times

TITLE = "much output"
JOBS = 8
# Options and the part of cat's throughput that is wanted; none: to compare.
MODES = {"group": ([], 0.8), "line": (["--line-buffer"], 0.5), "raw": (["-u"], None), "-k": (["-k"], 0.8),
         "--tag": (["--tag"], 0.5), "-k --tag": (["-k", "--tag"], None)}


def into_sink(bench, argv):
    """Until a sink behind the command has seen the end."""
    source = bench.start(argv, stdout=subprocess.PIPE)
    with subprocess.Popen([bench["sink"]], stdin=source.stdout):
        source.stdout.close()
    return bench.finish(source, argv)


def rows(bench):
    size = bench.of(500, 60)  # MB
    gen = bench["gen"]
    commands = {"cat": ["/bin/sh", "-c", f"{gen} {JOBS * size} | cat"]}
    for name, (options, _) in MODES.items():
        commands[name] = [bench.weir, "-j4", *options, gen, str(size), ":::", *map(str, range(JOBS))]
    measure.note(f"{TITLE}: {JOBS} jobs of {size} MB")
    series = measure.rounds(bench.of(3, 3), {
        name: lambda argv=argv: into_sink(bench, argv) for name, argv in commands.items()})
    if not series:
        return [skipped(TITLE, "nothing was measured")]
    return [shown(name, one, series["cat"], JOBS * size) for name, one in series.items()]


def shown(name, series, cat, megabytes):
    row = Row("gen | cat" if name == "cat" else f"weir, {name}", f"{megabytes / series.median('wall'):.0f} MB/s",
              f"{series.median('cpu') / megabytes * 1e3:.2f} ms/MB", mb(series.peak))
    if name != "cat":
        part = cat.ratio(series)
        row.ratio = times(part)
        wanted = MODES[name][1]
        if wanted is not None:
            row.wanted = f"at least {wanted} of cat"
            row.reached = part >= wanted
    return row
