#!/usr/bin/env python3
"""weir in make's recipes, and in make's place: never more jobs than -j allows, and all tokens back whatever is killed.

    [RIG_MAKE=PROGRAM] [RIG_NINJA=PROGRAM] jobserver_rig.py WEIR [N | --quick | --ci]

Three recipes with +weir run under make -j4, N times for each way to end. make itself counts its tokens when it
exits, and says "INTERNAL: Exiting with ..." when one is missing or too many; jobs count how many they are. Then weir is the
server: two makes, two ninjas (1.13 and later) and two weirs share the tokens of weir -j4. The environment names a make and a ninja other
than those of PATH.
"""
import os
import random
import re
import shutil
import signal
import subprocess
import time

import rig
from rig import Rig
from tool import Arguments

MAKEFILE = """all: a b c
a b c:
\t+@$(WEIR) --no-progress -q 'touch $@{}.live; ls *.live | wc -l >> at-once; sleep 0.0{}; rm $@{}.live; exit $(STATUS)' ::: 2 4 6 3 5 7
"""
MAKE = os.environ.get("RIG_MAKE", "make")
NINJA = os.environ.get("RIG_NINJA", "ninja")
LEAF = "mkdir $@.live; set -- *.live; echo $$# >> at-once; sleep 0.0$$(($$$$ % 9 + 1)); rmdir $@.live"
LEAVES = [f"leaf{i}" for i in range(8)]
EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "make")
SLOTS = 4
LONGEST = 60


def processes(run_id, name):
    return [pid for pid, line in rig.survivors(run_id) if name(pid, line)]


def comm(pid):
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as f:
            return f.read().strip()
    except OSError:
        return ""


VICTIMS = {"a job": lambda pid, line: comm(pid) == "sleep", "an engine": lambda pid, line: comm(pid) == "weir-engine",
           "a keeper": lambda pid, line: comm(pid) == "weir"}


def run(weir, status, act):
    """Returns make's stderr, the most jobs at once, and what is left."""
    run_id = rig.new_id()
    forget()
    make = subprocess.Popen([MAKE, "-k", f"-j{SLOTS}", f"WEIR={weir}", f"STATUS={status}"], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
                            env=rig.environment(run_id))
    act(make, run_id)
    try:
        err = make.communicate(timeout=LONGEST)[1]
    except subprocess.TimeoutExpired:
        os.killpg(make.pid, signal.SIGKILL)
        return "no end", 0, []
    deadline = time.monotonic() + LONGEST
    while (left := rig.survivors(run_id)) and time.monotonic() < deadline:
        time.sleep(0.01)  # a poll
    return err, max(counted(), default=0), left


def forget():
    for name in os.listdir("."):
        if name.endswith(".live") or name == "at-once":
            os.unlink(name)


def counted():
    """How many each job found running, itself among them."""
    if not os.path.exists("at-once"):
        return []
    with open("at-once", encoding="ascii") as f:
        return [int(line) for line in f.read().split()]


def nothing(*_):
    pass


def interrupt(make, run_id):
    wait_until_busy(run_id)
    os.killpg(make.pid, signal.SIGINT)


def wait_until_busy(run_id):
    deadline = time.monotonic() + LONGEST
    while not processes(run_id, VICTIMS["a job"]) and time.monotonic() < deadline:
        time.sleep(0.001)  # a poll
    time.sleep(random.random() * 0.1)  # the point in time is what is tried


def kill_one(name):
    def act(_, run_id):
        wait_until_busy(run_id)
        found = processes(run_id, VICTIMS[name])
        if found:
            try:
                os.kill(random.choice(found), signal.SIGKILL)
            except ProcessLookupError:
                pass
    return act


def judge(r, weir, times):
    ways = {"success": (0, nothing), "failing jobs": (1, nothing), "Ctrl-C": (0, interrupt),
            **{f"kill -9 of {name}": (0, kill_one(name)) for name in VICTIMS}}
    for way, (status, act) in ways.items():
        told, worst = [], 0
        for _ in range(times):
            err, most, left = run(weir, status, act)
            told += [line for line in err.splitlines() if "INTERNAL" in line or line == "no end"] + [str(each) for each in left]
            worst = max(worst, most)
        whole = way in ("success", "failing jobs")  # who is killed leaves its mark behind
        r.case(f"{way}, {times} times", not told and (not whole or 0 < worst <= SLOTS), told[:3] or f"at most {worst} at once")


def judge_example(r, weir):
    words = [MAKE, "-s", "-C", EXAMPLE, f"WEIR={weir}", f"OUT={os.path.abspath('example')}"]
    shown = subprocess.run([*words, "-n"], capture_output=True, text=True, check=False)
    r.case("examples/make: make -n runs nothing", shown.returncode == 0 and "sort -u" in shown.stdout and
           not os.path.exists("example"), shown.stderr)
    made = subprocess.run([*words, "-j3"], capture_output=True, text=True, check=False)
    r.case("examples/make: make -j3", made.returncode == 0 and not made.stderr and len(os.listdir("example")) == 6, made.stderr)


def version(program):
    """(4, 3) of make 4.3; (0,) where there is none."""
    try:
        text = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL).stdout
    except OSError:
        return (0,)
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])


def write_builds():
    """One build for make and for ninja, with leaves of different names, and one for a weir inside."""
    with open("leaves.mk", "w", encoding="ascii") as f:
        f.write("ALL = $(addprefix $(P),%s)\nall: $(ALL)\n$(ALL):\n\t+@%s\n" % (" ".join(LEAVES), LEAF))
    for one in ("n", "o"):
        with open(f"{one}.ninja", "w", encoding="ascii") as f:
            f.write("builddir = log-%s\nrule leaf\n  command = %s\n" % (one, LEAF.replace("$@", "$out")))
            f.writelines(f"build {one}{leaf}: leaf\n" for leaf in LEAVES)


def judge_server(r, weir, times):
    make, ninja = version(MAKE), version(NINJA)
    write_builds()
    inner = LEAF.replace("$@", "$P{}").replace("$$", "$")
    builds = [f"P={one} {weir} -q '{inner}' ::: {' '.join(LEAVES)}" for one in ("v", "w")]
    if make > (0,):
        builds += [f"{MAKE} -s -f leaves.mk P={one}" for one in ("l", "m")]
    fifo = make >= (4, 4)
    if fifo and ninja >= (1, 13):
        builds += [f"{NINJA} --quiet -f {one}.ninja" for one in ("n", "o")]
    server = [weir, "-q", f"-j{SLOTS}", "--jobserver" if fifo else "--jobserver=pipe"]
    wrong, worst = [], 0
    for _ in range(times):
        forget()
        done = subprocess.run(server, input="\n".join(builds), text=True, capture_output=True, check=False, timeout=LONGEST)
        numbers = counted()
        worst = max(worst, *numbers, 0)
        if done.returncode != 0 or done.stdout or done.stderr or len(numbers) != len(builds) * len(LEAVES):
            wrong.append((done.returncode, len(numbers), done.stdout[-300:], done.stderr[-300:]))
    name = "fifo" if fifo else "pipe"
    r.case(f"weir -j{SLOTS} serves {len(builds)} builds by a {name}, {times} times", not wrong and 1 < worst <= SLOTS,
           wrong[:1] or f"at most {worst} at once")


def main():
    arguments = Arguments(quick=3, ci=10, full=70)
    with Rig("jobserver_rig") as r, r.figure("M1", "make -j4 with three recipes of +weir: never more than 4 jobs, all tokens back"):
        if not shutil.which(MAKE):
            return r.skip("make", "it is missing")
        with open("Makefile", "w", encoding="ascii") as f:
            f.write(MAKEFILE)
        judge(r, arguments.weir, arguments.number)
        judge_example(r, arguments.weir)
        judge_server(r, arguments.weir, arguments.number)
        return None


if __name__ == "__main__":
    main()
