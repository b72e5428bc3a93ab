"""Command lines with shell syntax, beside a bare loop that starts /bin/sh -c with the same script.

Ratios are the loop's time to weir's: above 1, weir takes less. Judged by the clock and by the processor's time.
"""
import measure
from table import Row, both, mb, skipped, us

TITLE = "command lines with shell syntax"
LIMIT = 8
SCRIPT = "test 1 != 2; :"  # a built-in and a semicolon: no further process
MOST = 1.05


def rows(bench):
    if "bare_capture" not in bench.programs:
        return [skipped(TITLE, "the bare loop does not build here")]
    count = bench.of(20_000, 1500)
    lines = bench.write("lines", f"{SCRIPT}\n" * count)
    measure.note(TITLE)
    loop = [bench["bare_capture"], str(LIMIT), str(count), "/bin/sh", "-c", SCRIPT]
    series = measure.rounds(bench.of(5, 3), {
        "weir": lambda: bench.run([bench.weir, "-j", str(LIMIT)], lines),
        "bare clone loop of sh -c": lambda: bench.run(loop)})
    table = [Row(f"{name}, limit {LIMIT}", us(one.median("wall"), count), us(one.median("cpu"), count),
                 mb(one.peak)) for name, one in series.items()]
    ours, bare = series.values()
    wall, cpu = (bare.ratio(ours, field) for field in ("wall", "cpu"))
    table[1].ratio = both(wall, cpu)
    table[1].wanted = f"weir at most {MOST} of it"
    table[1].reached = min(wall, cpu) >= 1 / MOST
    return table
