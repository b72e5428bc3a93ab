"""Who else runs many commands, and how each is asked to run COUNT times PROGRAM, LIMIT at once.

What is not installed is left out. Both programs that are called parallel are told apart by what they
say of themselves: Debian renames that of moreutils where GNU's is installed, and not elsewhere.
"""
import dataclasses
import shutil
import subprocess
from typing import Callable


@dataclasses.dataclass
class Runner:
    name: str
    prepare: Callable    # (bench, limit, count) -> (argv, path of stdin or None)
    share: float = 1.0   # of the usual count, for the slow ones
    wanted: float = 1.0  # its time is to be at least so many times weir's


def items(bench, count):
    return bench.write("items", "".join(f"{i}\n" for i in range(1, count + 1)))


def bare_wait(bench, limit, count):
    return [bench["bare_wait"], str(limit), str(count), bench["tiny"]], None


def bare_capture(bench, limit, count):
    return [bench["bare_capture"], str(limit), str(count), bench["tiny"]], None


def weir(bench, limit, count):
    return [bench.weir, "-j", str(limit), bench["tiny"]], items(bench, count)


def xargs(bench, limit, count):
    return ["xargs", "-n1", "-P", str(limit), bench["tiny"]], items(bench, count)


def xjobs(bench, limit, count):
    return ["xjobs", "-v0", "-j", str(limit), "--", bench["tiny"]], items(bench, count)


def make(bench, limit, count):
    names = [f"j{i}" for i in range(1, count + 1)]
    rules = "".join(f"{n}:;@{bench['tiny']} {n}\n" for n in names)
    path = bench.write("Makefile", f".PHONY: all {' '.join(names)}\nall: {' '.join(names)}\n{rules}")
    return ["make", "-r", "-R", "-s", "-f", path, f"-j{limit}"], None


def ninja(bench, limit, count):
    d = bench.directory
    rules = "".join(f"build {d}/none/{i}: r\n  n = {i}\n" for i in range(1, count + 1))
    path = bench.write("build.ninja", f"builddir = {d}\nrule r\n  command = {bench['tiny']} $n\n{rules}")
    return ["ninja", "--quiet", "-f", path, "-j", str(limit)], None


def gnu(bench, limit, count):
    return ["parallel", "--will-cite", "-j", str(limit), bench["tiny"]], items(bench, count)


def moreutils(program):
    """Takes its items from the command line, which has to be shorter than ARG_MAX."""
    return lambda bench, limit, count: ([program, "-j", str(limit), bench["tiny"], "--",
                                         *map(str, range(1, count + 1))], None)


def is_gnu_parallel(program):
    said = subprocess.run([program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return b"GNU" in said.stdout


def moreutils_parallel():
    """Its name here, or None."""
    if shutil.which("parallel.moreutils"):
        return "parallel.moreutils"
    return "parallel" if shutil.which("parallel") and not is_gnu_parallel("parallel") else None


def all_peers():
    """Returns (runners, names of those that are not installed)."""
    known = [("xargs -n1 -P", "xargs", Runner("xargs -n1 -P", xargs)),
             ("moreutils parallel", moreutils_parallel() or "parallel.moreutils",
              Runner("moreutils parallel", moreutils(moreutils_parallel()))),
             ("xjobs", "xjobs", Runner("xjobs", xjobs)),
             ("make -j", "make", Runner("make -j", make)),
             ("ninja", "ninja", Runner("ninja", ninja, share=0.5))]
    if shutil.which("parallel") and is_gnu_parallel("parallel"):
        known.append(("GNU parallel", "parallel", Runner("GNU parallel", gnu, share=0.05, wanted=25.0)))
    else:
        known.append(("GNU parallel", "no such program", None))
    return ([runner for _, program, runner in known if shutil.which(program)],
            [name for name, program, _ in known if not shutil.which(program)])
