"""One job, from weir's start to its end, beside env(1), which only executes the same program."""
import shutil

import measure
from table import Row, mb, ms

TITLE = "one job, start to end"
MOST, MOST_BEYOND = 3e-3, 1e-3  # seconds


def rows(bench):
    program = shutil.which("true")
    measure.note(TITLE)
    series = measure.rounds(bench.of(200, 30), {
        "weir true ::: x": lambda: bench.run([bench.weir, program, ":::", "x"]),
        "echo true | weir": lambda line=bench.write("line", f"{program}\n"): bench.run([bench.weir], line),
        "env true": lambda: bench.run(["env", program])})
    env = series["env true"].median("wall")
    table = []
    for name, one in series.items():
        wall = one.median("wall")
        row = Row(name, ms(wall), ms(one.median("cpu")), mb(one.peak))
        if name != "env true":
            row.ratio = f"+{ms(wall - env)}"
            row.wanted = "under 3 ms, within 1 ms of env"
            row.reached = wall < MOST and wall - env < MOST_BEYOND
        table.append(row)
    return table
