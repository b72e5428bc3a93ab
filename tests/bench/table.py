"""The table: what was measured, beside what is wanted, and whether that is reached."""
import dataclasses


@dataclasses.dataclass
class Row:
    what: str
    wall: str = ""
    cpu: str = ""
    peak: str = ""   # of the largest process
    ratio: str = ""
    wanted: str = ""
    reached: bool | None = None  # None: nothing is wanted of it, it is there to compare

    def cells(self):
        verdict = {None: "", True: "reached", False: "not reached"}[self.reached]
        return [self.what, self.wall, self.cpu, self.peak, self.ratio, self.wanted, verdict]


HEAD = ["work", "wall", "CPU", "peak", "ratio (wall / CPU)", "wanted", ""]


def us(seconds, jobs=1):
    return f"{seconds / jobs * 1e6:.1f} µs"


def ms(seconds):
    return f"{seconds * 1e3:.2f} ms"


def mb(kilobytes):
    return f"{kilobytes / 1024:.1f} MB"


def times(ratio):
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def both(wall, cpu):
    """Two ratios of the same, by the clock and by the processor's time."""
    return f"{times(wall)} / {times(cpu)}"


def skipped(what, why):
    return Row(what, wanted=f"skipped: {why}")


def markdown(sections):
    """sections: [(title, rows)]. Aligned, so that it can be read as it is."""
    lines = [HEAD]
    for title, rows in sections:
        lines.append([f"**{title}**"] + [""] * (len(HEAD) - 1))
        lines += [[cell.replace("|", "\\|") for cell in row.cells()] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]

    def shown(line):
        cells = [line[0].ljust(widths[0]), *(line[i].rjust(widths[i]) for i in range(1, 5)),
                 *(line[i].ljust(widths[i]) for i in range(5, len(HEAD)))]
        return "| " + " | ".join(cells) + " |"

    rule = "|" + "|".join("-" * (w + 1) + (":" if 1 <= i <= 4 else "-") for i, w in enumerate(widths)) + "|"
    return "\n".join([shown(lines[0]), rule, *map(shown, lines[1:])])
