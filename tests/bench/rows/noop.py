"""Programs that only exit, executed directly: what is left is what a runner itself costs.

weir captures both streams and gives each job a process group. The peers but ninja and GNU parallel do
neither: they are asked for what they do best. Ratios are the runner's time to weir's: above 1, weir takes
less. "Faster" is judged by the clock, "at most" by the clock and by the processor's time.
"""
import measure
import peers
from table import Row, both, mb, skipped, us

TITLE = "no-op jobs, argv mode"
LIMITS = (2, 8, 64)
CAPTURED = 1.15  # what weir may take of the bare loop that captures


def rows(bench):
    found, missing = peers.all_peers()
    bare = [peers.Runner("bare vfork loop, nothing captured", peers.bare_wait)]
    if "bare_capture" in bench.programs:
        bare.append(peers.Runner("bare clone loop, captured", peers.bare_capture, wanted=1 / CAPTURED))
    table = []
    for limit in LIMITS:
        table += at_limit(bench, limit, [peers.Runner("weir", peers.weir, wanted=0.0), *bare, *found])
    return table + [skipped(name, "not installed") for name in missing]


def at_limit(bench, limit, runners):
    count = bench.of(20_000, 2000)
    counts = {r.name: max(20, int(count * r.share)) for r in runners}

    def case(runner):
        def run():
            argv, stdin = runner.prepare(bench, limit, counts[runner.name])
            return bench.run(argv, stdin)
        return run

    measure.note(f"no-op jobs, limit {limit}")
    series = measure.rounds(bench.of(5, 3), {r.name: case(r) for r in runners})
    ours = series["weir"]
    return [shown(limit, r, counts[r.name], series[r.name], ours, counts["weir"]) for r in runners]


def shown(limit, runner, count, series, ours, our_count):
    row = Row(f"{runner.name}, limit {limit}", us(series.median("wall"), count), us(series.median("cpu"), count),
              mb(series.peak))
    if runner.name == "weir":
        return row
    wall, cpu = (series.ratio(ours, field) * our_count / count for field in ("wall", "cpu"))
    row.ratio = both(wall, cpu)
    if runner.wanted >= 1:
        row.wanted = "weir faster" if runner.wanted == 1 else f"weir {runner.wanted:.0f} times faster"
        row.reached = wall > runner.wanted
    elif runner.wanted > 0:
        row.wanted = f"weir at most {CAPTURED} of it"
        row.reached = min(wall, cpu) >= runner.wanted
    return row
