"""The no-op jobs with a journal, beside the same without. The file lies beside the other files of the
measurement: TMPDIR says on which disk. Judged by the clock and by the processor's time."""
import contextlib
import os

import measure
import peers
from table import Row, both, mb, us

TITLE = "journal, on the no-op jobs"
LIMIT = 8
MOST = 1.05


def rows(bench):
    count = bench.of(20_000, 3000)
    measure.note(TITLE)
    journal = bench.path("journal")

    def case(*options):
        def run():
            with contextlib.suppress(FileNotFoundError):
                os.unlink(journal)
            argv, stdin = peers.weir(bench, LIMIT, count)
            return bench.run([argv[0], *options, *argv[1:]], stdin)
        return run

    series = measure.rounds(bench.of(9, 5), {
        "none": case(), "--sync batch": case("--journal", journal, "--sync", "batch"),
        "--sync none": case("--journal", journal, "--sync", "none")})
    table = []
    for name, one in series.items():
        row = Row(f"journal: {name}", us(one.median("wall"), count), us(one.median("cpu"), count), mb(one.peak))
        if name != "none":
            wall, cpu = one.ratio(series["none"]), one.ratio(series["none"], "cpu")
            row.ratio = both(wall, cpu)
        if name == "--sync batch":
            row.wanted = f"at most {MOST}"
            row.reached = max(wall, cpu) <= MOST
        table.append(row)
    return table
