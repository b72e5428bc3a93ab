"""In another tool's place: what the translation of its command line costs, at the start and for each job."""
import shutil

import measure
from table import Row, mb, ms, us

TITLE = "in the place of other tools"
MOST_AT_START = 0.3e-3  # seconds beyond weir's own command line
MOST_A_JOB = 1.03
PLAIN = "weir true ::: x"


def rows(bench):
    weir, program = shutil.copy(bench.weir, bench.path("installed")), shutil.which("true")
    return starts(bench, weir, program) + streams(bench, weir)


def starts(bench, weir, program):
    measure.note(f"{TITLE}: one job")
    series = measure.rounds(bench.of(200, 30), {
        PLAIN: lambda: bench.run([weir, program, ":::", "x"]),
        "weir --as parallel true ::: x": lambda: bench.run([weir, "--as", "parallel", program, ":::", "x"]),
        "weir --as moreutils true -- x": lambda: bench.run([weir, "--as", "moreutils", program, "--", "x"]),
        "echo x | weir --as xargs true": lambda line=bench.write("x", "x\n"): bench.run([weir, "--as", "xargs", program], line)})
    table = []
    for name, one in series.items():
        row = Row(name, ms(one.median("wall")), ms(one.median("cpu")), mb(one.peak))
        if name != PLAIN:
            beyond = one.median("wall") - series[PLAIN].median("wall")
            row.ratio, row.wanted, row.reached = f"+{ms(beyond)}", "within 0.3 ms", beyond < MOST_AT_START
        table.append(row)
    return table


def streams(bench, weir):
    count = bench.of(20_000, 2000)
    items = bench.write("items", "".join(f"{i}\n" for i in range(count)))
    measure.note(f"{TITLE}: {count} jobs")
    series = measure.rounds(bench.of(5, 3), {
        "weir -j2 true < items": lambda: bench.run([weir, "-q", "-j2", bench["tiny"]], items),
        "weir --as parallel -j2 true < items": lambda: bench.run([weir, "--as", "parallel", "-j2", bench["tiny"]], items)})
    (plain, own), (name, dialect) = series.items()
    ratio = dialect.ratio(own, "wall")
    row = Row(name, us(dialect.median("wall"), count), us(dialect.median("cpu"), count), mb(dialect.peak))
    row.ratio, row.wanted, row.reached = f"{ratio:.2f}", "at most 1.03", ratio <= MOST_A_JOB
    return [Row(plain, us(own.median("wall"), count), us(own.median("cpu"), count), mb(own.peak)), row]
