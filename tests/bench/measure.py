"""How things are measured: a command at a time, what it took by the clock, of the processor and of
memory; and many commands in rounds, each once, then each again, so that what disturbs the machine
disturbs all of them.

Knows nothing of weir.
"""
import contextlib
import dataclasses
import fcntl
import os
import statistics
import subprocess
import sys
import termios
import threading


@dataclasses.dataclass
class Usage:
    wall: float  # seconds
    cpu: float   # seconds, of all processes beneath that were waited for
    peak: int    # KB, the largest resident size of one of them


class Bench:
    """What a row needs to measure: where to write, the helper programs, how much is wanted."""

    def __init__(self, directory, programs, weir, quick):
        self.directory = directory
        self.programs = programs
        self.weir = weir
        self.quick = quick

    def __getitem__(self, program):
        return self.programs[program]

    def of(self, full, quick):
        return quick if self.quick else full

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as f:
            f.write(text)
        return self.path(name)

    def run(self, argv, stdin=None, **more):
        """Runs it to its end, which has to be a success. stdin: a path, or none. `more`: of Popen."""
        with open(stdin or os.devnull, "rb") as source:
            return self.run_from(argv, source, **more)

    def run_from(self, argv, source, **more):
        return self.finish(self.start(argv, source, **more), argv)

    def start(self, argv, source=subprocess.DEVNULL, **more):
        more.setdefault("stdout", subprocess.DEVNULL)
        return subprocess.Popen([self["once"], self.path("usage"), *argv], stdin=source, **more)

    def finish(self, once, argv):
        code = once.wait()
        status = None
        if code == 0:
            with open(self.path("usage"), encoding="ascii") as f:
                wall, cpu, peak, status = f.read().split()
        if status != "0":
            sys.exit(f"bench: {' '.join(argv)[:200]}: "
                     + (f"wait status {status}" if code == 0 else "cannot be measured"))
        return Usage(float(wall), float(cpu), int(peak))


def note(text):
    """What goes on: to the standard error, the table being the output."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def rounds(count, cases):
    """cases: {name: function that gives a Usage}. Returns {name: Series}."""
    series = {name: [] for name in cases}
    for _ in range(count):
        for name, case in cases.items():
            series[name].append(case())
    return {name: Series(usages) for name, usages in series.items()}


class Series:
    """What one command took in each of the rounds."""

    def __init__(self, usages):
        self.usages = usages

    def median(self, field):
        return statistics.median(getattr(u, field) for u in self.usages)

    def ratio(self, other, field="wall"):
        """The median of the ratios within a round: steadier than that of two medians."""
        return statistics.median(getattr(a, field) / getattr(b, field)
                                 for a, b in zip(self.usages, other.usages))

    @property
    def peak(self):
        return max(u.peak for u in self.usages)


@contextlib.contextmanager
def terminal():
    """Popen's arguments for a session with a terminal on 1 and 2, whose screen is read and forgotten."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, b"\x18\x00\x50\x00\x00\x00\x00\x00")  # 24 x 80

    def lead():
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    def forget():
        with contextlib.suppress(OSError):
            while os.read(master, 1 << 16):
                pass

    reader = threading.Thread(target=forget)
    reader.start()
    try:
        yield {"stdout": slave, "stderr": slave, "preexec_fn": lead}
    finally:
        os.close(slave)
        reader.join()
        os.close(master)
