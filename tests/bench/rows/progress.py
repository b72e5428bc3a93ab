"""The progress display on a terminal, beside none, under a job whose lines come evenly.

What it costs is the processor's time with it less that without, to the time of the run: the job and the
writing of its lines cost the same in both.
"""
import measure
from table import Row, mb

TITLE = "progress on a terminal, line mode"
RATE = 10_000  # lines a second
MOST = 0.03    # of a core


def rows(bench):
    seconds = bench.of(10, 3)
    measure.note(f"{TITLE}: {RATE} lines a second")

    def case(option):
        def run():
            with measure.terminal() as terminal:
                return bench.run([bench.weir, "-j2", "--line-buffer", option, bench["lines"], str(RATE), ":::",
                                  str(seconds)], **terminal)
        return run

    series = measure.rounds(bench.of(3, 3), {"--no-progress": case("--no-progress"), "--progress": case("--progress")})
    table = [Row(f"{RATE} lines/s, {name}", f"{one.median('wall'):.2f} s",
                 f"{one.median('cpu') / one.median('wall'):.1%} of a core", mb(one.peak))
             for name, one in series.items()]
    on, off = series["--progress"], series["--no-progress"]
    more = measure.statistics.median((a.cpu - b.cpu) / a.wall for a, b in zip(on.usages, off.usages))
    table[1].ratio = f"{more:+.1%}"
    table[1].wanted = f"under {MOST:.0%} of a core more"
    table[1].reached = more < MOST
    return table
