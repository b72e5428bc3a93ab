"""What a job costs, from few to many: nothing of weir's is to grow with the number of jobs.

Processor time, all processes together; the cost of a run of one job is taken off, so that weir's own
start is not in it. Short runs are repeated to take as long as one of the next size, up to a bound.
"""
import statistics

import measure
from table import Row, mb, times, us

TITLE = "cost of a job, from few to many"
FLAT = 0.05
REPEATED = 30_000  # jobs a round of a size that is smaller


def rows(bench):
    sizes = bench.of((1000, 10_000, 100_000, 1_000_000), (1000, 3000, 10_000))
    tiny = bench["tiny"]
    measure.note(f"{TITLE}: {', '.join(map(str, sizes))} jobs")
    cost = {size: [] for size in sizes}
    usages = {size: [] for size in sizes}
    for _ in range(bench.of(2, 2)):
        one = statistics.median(run(bench, tiny, 1).cpu for _ in range(9))
        for size in sizes:
            for _ in range(max(1, min(REPEATED, sizes[-1]) // size)):
                usage = run(bench, tiny, size)
                cost[size].append((usage.cpu - one) / (size - 1))
                usages[size].append(usage)
    table = []
    base = statistics.median(cost[sizes[0]])
    for size in sizes:
        cpu = statistics.median(cost[size])
        walls = [u.wall for u in usages[size]]
        row = Row(f"{size} jobs", us(statistics.median(walls), size), us(cpu), mb(max(u.peak for u in usages[size])))
        if size != sizes[0]:
            row.ratio = times(cpu / base)
            row.wanted = f"within {FLAT:.0%} of {sizes[0]} jobs'"
            row.reached = abs(cpu / base - 1) <= FLAT
        table.append(row)
    return table


def run(bench, program, count):
    return bench.run([bench.weir, "-j4"], bench.write("lines", f"{program}\n" * count))
