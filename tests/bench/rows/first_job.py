"""One job, from weir's start to its end, beside env(1), which only executes the same program.

With the same argument: true(1) looks for a locale when it has one. weir as it is when installed, copied: what a linker has just
written lies in the page cache in single pages, which take 0.2 ms longer to map.
"""
import shutil

import measure
from table import Row, mb, ms

TITLE = "one job, start to end"
MOST, MOST_BEYOND = 3e-3, 1e-3  # seconds
ENV_OF = {"weir true ::: x": "env true x", "echo true | weir": "env true"}


def rows(bench):
    program = shutil.which("true")
    measure.note(TITLE)
    weir = shutil.copy(bench.weir, bench.path("installed"))
    series = measure.rounds(bench.of(200, 30), {
        "weir true ::: x": lambda: bench.run([weir, program, ":::", "x"]),
        "env true x": lambda: bench.run(["env", program, "x"]),
        "echo true | weir": lambda line=bench.write("line", f"{program}\n"): bench.run([weir], line),
        "env true": lambda: bench.run(["env", program])})
    table = []
    for name, one in series.items():
        wall = one.median("wall")
        row = Row(name, ms(wall), ms(one.median("cpu")), mb(one.peak))
        if name in ENV_OF:
            beyond = wall - series[ENV_OF[name]].median("wall")
            row.ratio = f"+{ms(beyond)}"
            row.wanted = "under 3 ms, within 1 ms of env"
            row.reached = wall < MOST and beyond < MOST_BEYOND
        table.append(row)
    return table
