"""What a rig is run on: weir, or with --peer xargs or GNU parallel in its place.

    RIG WEIR [N | --quick | --ci] [--peer xargs|parallel]

N is how much of it: trials, jobs or seconds, as the rig says. A rig gives three such numbers: a few
seconds for every change (--quick), a part for CI (--ci), and what the figure asks for; only the last judges times.
"""
import os
import subprocess
import sys

import rig

PEERS = ("xargs", "parallel")


class Tool:
    """Command lines of the tool that is tested."""

    def __init__(self, name):
        self.name = name if name in PEERS else "weir"
        self.path = name if name in PEERS else os.path.abspath(name)
        self.is_weir = name not in PEERS

    def lines(self, slots, *options):
        """argv that runs each line of stdin as a command line. The options are for weir alone."""
        return {"weir": [self.path, "-q", f"-j{slots}", *options],
                "xargs": ["xargs", "-d", "\\n", "-n1", f"-P{slots}", "sh", "-c"],
                "parallel": ["parallel", "--will-cite", f"-j{slots}"]}[self.name]

    def items(self, slots, command, *options):
        """argv that runs `command`, a list, with each line of stdin as its last argument."""
        return {"weir": [self.path, "-q", f"-j{slots}", *options, *command],
                "xargs": ["xargs", "-d", "\\n", "-n1", f"-P{slots}", *command],
                "parallel": ["parallel", "--will-cite", f"-j{slots}", *command]}[self.name]


def preloadable(weir):
    """weir with a shared C library, which LD_PRELOAD and valgrind need: itself, or what a build with tests links beside a static one."""
    for path in (weir, weir + "-dynamic"):
        if os.path.exists(path) and has_interpreter(path):
            return path
    return sys.exit(f"{weir} is static: nothing can be preloaded into it, and there is no {weir}-dynamic (the target weir_dynamic)")


def has_interpreter(path):
    return b" INTERP " in subprocess.run(["readelf", "-lW", path], capture_output=True, check=True).stdout


def is_gnu_parallel():
    """And not the program of that name from moreutils."""
    try:
        return b"GNU" in subprocess.run(["parallel", "--version"], capture_output=True, stdin=subprocess.DEVNULL,
                                        check=False).stdout
    except OSError:
        return False


class Arguments:
    def __init__(self, quick, ci, full):
        words = sys.argv[1:]
        peer = None
        if "--peer" in words:
            at = words.index("--peer")
            peer = words[at + 1]
            del words[at:at + 2]
        if not words or peer not in (None, *PEERS):
            sys.exit(f"usage: {sys.argv[0]} WEIR [N | --quick | --ci] [--peer {'|'.join(PEERS)}]")
        if peer == "parallel" and not is_gnu_parallel():
            sys.exit("GNU parallel is missing")
        self.weir = os.path.abspath(words[0])
        self.tool = Tool(peer or words[0])
        self.level = "full"
        self.number = full
        for word in words[1:]:
            if word in ("--quick", "--ci"):
                self.level = word[2:]
                self.number = {"quick": quick, "ci": ci}[self.level]
            else:
                self.number = int(word)
        rig.times_are_judged = self.level == "full"

    @property
    def quick(self):
        return self.level == "quick"
