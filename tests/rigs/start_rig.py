#!/usr/bin/env python3
"""A child is held before execve, in every kind of start: nothing that it reads has gone by then.

    start_rig.py WEIR [JOBS | --quick | --ci]        R29

The child of a start shares weir's memory, and perhaps its descriptors, until it executes; weir goes on
meanwhile. strace holds each child for a while at its first system calls and at execve itself, so that all
which weir frees, closes or writes over after a start is freed, closed or written over before it is read.
Each kind of start runs JOBS (40) times, and must say what it says when nothing is held.
"""
import os
import shutil
import subprocess

from rig import Rig
from tool import Arguments
from verdict import run

# Longer than the allocator's small strings, and each of its own, so that nothing is right by chance.
LONG = "a-directory-whose-name-is-longer-than-any-small-string"
HOLD = 20_000  # us
# So many that a child shares their table. What it is given has numbers below and above theirs.
MANY = ["bash", "-c", 'for ((fd = 28; fd < 400; ++fd)); do eval "exec $fd</dev/null"; done; exec "$@"', "bash"]


def held_at(*calls):
    prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + ",".join(calls)]
    for call in calls:
        prefix += ["-e", f"inject={call}:delay_enter={HOLD}"]
    return prefix


def can_hold():
    return shutil.which("strace") and subprocess.run(
        [*held_at("execve"), "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def program(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as f:
        f.write(text)
    os.chmod(path, 0o755)


def manifest(name, head, job, jobs):
    """`job` is the body of each, with N for its number. Returns the arguments that run it."""
    with open(name, "w", encoding="ascii") as f:
        f.write("version = 1\n" + head)
        for n in range(jobs):
            f.write(f'[[job]]\nname = "{name}-{n}"\n' + job.replace("N", str(n)) + "\n")
    return ["--file", name]


def kinds(jobs):
    """Name, arguments of weir, and lines that it has to print."""
    here = os.getcwd()
    program(f"{LONG}/tool", "#!/bin/sh\necho tool $1 $WEIR_SEQ\n")
    program(f"{LONG}/plain", "echo plain $1 $WEIR_SEQ\n")
    os.makedirs("sub", exist_ok=True)
    program("sub/bin/tool", "#!/bin/sh\necho relative $1 $WEIR_SEQ\n")
    items = [":::", *map(str, range(jobs))]
    own_path = f'env = {{ PATH = "{here}/{LONG}:/usr/bin:/bin" }}\n'
    other_path = f'env = {{ PATH = "{here}/{LONG}:/no/such/directory/N:/usr/bin:/bin" }}\n'

    def lines(word):
        return [f"{word} {n} {n + 1}" for n in range(jobs)]
    return [
        ("argv", [f"./{LONG}/tool", "{}", *items], lines("tool")),
        ("argv found in PATH", ["tool", "{}", *items], lines("tool")),
        ("a script", ["echo script {} $WEIR_SEQ; :", *items], lines("script")),
        ("the number of the slot", ["echo", "slot{%}", "{}", *items], [f"slot{{}} {n}" for n in range(jobs)]),
        ("no interpreter line", ["plain", "{}", *items], lines("plain")),
        ("[run] env.PATH", manifest("run.toml", "[run]\n" + own_path, 'argv = ["tool", "N"]', jobs), lines("tool")),
        ("a PATH of each job", manifest("own.toml", "", 'argv = ["tool", "N"]\n' + other_path, jobs), lines("tool")),
        ("a relative PATH and a directory",
         manifest("relative.toml", "", 'argv = ["tool", "N"]\ndir = "sub"\nenv = { PATH = "bin:/bin" }', jobs),
         lines("relative")),
        ("a directory", manifest("dir.toml", "", f'run = "echo $PWD N; :"\ndir = "{here}/{LONG}"', jobs),
         [f"{here}/{LONG} {n}" for n in range(jobs)]),
        ("a text as stdin", manifest("text.toml", "", 'argv = ["cat"]\nstdin = { text = "text N\\n" }', jobs),
         [f"text {n}" for n in range(jobs)]),
        ("a variable", manifest("env.toml", "", f'run = "echo $ONE N; :"\nenv = {{ ONE = "{LONG}-N" }}', jobs),
         [f"{LONG}-{n} {n}" for n in range(jobs)]),
    ]


def fifos(jobs):
    """A job for each of some FIFOs, and who writes to them."""
    for n in range(jobs):
        if os.path.exists(f"{LONG}-{n}"):
            os.unlink(f"{LONG}-{n}")
        os.mkfifo(f"{LONG}-{n}")
    reads = manifest("fifo.toml", "", f'argv = ["cat"]\nstdin = {{ file = "{LONG}-N" }}', jobs)
    writer = subprocess.Popen(["sh", "-c", f"for n in $(seq 0 {jobs - 1}); do echo fifo $n > {LONG}-$n & done; wait"])
    return reads, [f"fifo {n}" for n in range(jobs)], writer


def said(out, word):
    return sorted("slot{} " + line.split()[1] if word.startswith("slot") and line.startswith("slot") else line
                  for line in out.decode("utf-8", "replace").splitlines())


def check(rig, name, argv, wanted, prefix):
    path = f"{os.getcwd()}/{LONG}:{os.environ['PATH']}"
    result = run(argv, prefix=prefix, env={"PATH": path}, text="", hangs_after=120)
    got = said(result.out, wanted[0])
    rig.case(name, result.status == 0 and got == sorted(wanted) and not result.left,
             "" if got == sorted(wanted) else f"{len(set(got) & set(wanted))} of {len(wanted)}, {result.said()}")


def main():
    arguments = Arguments(quick=12, ci=12, full=40)
    with Rig("start_rig") as rig, rig.figure("R29", "a child held before execve, every kind of start: nothing it reads has gone"):
        if not can_hold():
            rig.skip("children that are held", "strace is missing or may not trace")
            return
        weir, jobs = arguments.weir, arguments.number
        by_clone = held_at("execve", "chdir", "close_range", "setpgid")
        by_spawn = [*held_at("execve", "chdir", "setsid"), "-e", "trace=clone3,execve,chdir,setsid",
                    "-e", "inject=clone3:error=ENOSYS"]
        for name, argv, wanted in kinds(jobs):
            check(rig, name, [weir, "-q", "-j8", *argv], wanted, by_clone)
            check(rig, f"{name}, many descriptors", [weir, "-q", "-j8", *argv], wanted, by_clone + MANY)
            check(rig, f"{name}, by posix_spawn", [weir, "-q", "-j8", *argv], wanted, by_spawn)
        for ways, prefix in (("", by_clone), (", by posix_spawn", by_spawn)):
            argv, wanted, writer = fifos(jobs)
            check(rig, f"a FIFO as stdin{ways}", [weir, "-q", f"-j{jobs}", *argv], wanted, prefix)
            writer.kill()
            writer.wait()


if __name__ == "__main__":
    main()
