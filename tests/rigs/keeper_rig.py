#!/usr/bin/env python3
"""kill -9 of weir or of its engine at random moments: no job may be alive two seconds later.

    keeper_rig.py WEIR [TRIALS | --quick | --ci] [--peer xargs|parallel]        R3, R21

TRIALS of each (100), at a random moment of a run whose jobs trap, take sessions of their own, fork twice
and put children in the background. A peer has one process, which is killed. Then: weir as PID 1 of a namespace with
a thousand orphans, what jobs that were over had left, and Ctrl-C at a terminal counted once while the machine is busy. The first two are shown to find
something: without a keeper jobs survive.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from rig import (Rig, SECOND, engine_of, eventually, finish, kill_all, lasting_survivors, new_id, start)
from stop_rig import argv_of, job_lines
from terminal import Terminal
from tool import Arguments, Tool

GONE_WITHIN, JUDGED = 2 * SECOND, 10 * SECOND


def killed_once(tool, victim, prefix=(), seconds=JUDGED):
    """Survivors, how long the others took to end, and weir's exit status. On a busy machine /proc is read slowly."""
    run_id = new_id()
    with open("jobs", "w", encoding="ascii") as f:
        f.write(job_lines())
    with open("jobs", "rb") as stdin, open("out", "wb") as out:
        process = start([*prefix, *argv_of(tool)], run_id, stdin=stdin, stdout=out, stderr=out)
    time.sleep(random.random() ** 2 * 0.4)  # the random moment, early ones more often
    pid = victim(process.pid)
    if pid is None:  # too early: it has not divided itself yet
        pid = process.pid
    begin = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    status = finish(process)
    left = lasting_survivors(run_id, seconds)
    took = time.monotonic() - begin
    kill_all(run_id)
    return left, took, status


def kill_9(rig, tool, name, victim, trials):
    left, slowest, wrong = [], 0.0, []
    for _ in range(trials):
        found, took, status = killed_once(tool, victim)
        left += found
        slowest = max(slowest, took)
        if status != -signal.SIGKILL:
            wrong.append(status)
    with rig.figure("R3", f"kill -9 of the {name}: no job alive after 2 s") as figure:
        figure.measured = f"{trials} trials: {len(left)} alive, all ended within {slowest:.2f} s" if not left else \
            f"{trials} trials: {len(left)} alive"
        figure.late = slowest > GONE_WITHIN
        rig.case(f"{trials} times kill -9 of the {name}", not left and not wrong,
                 f"{len(left)} alive after {JUDGED:.0f} s {left[:5]}, slowest {slowest:.2f} s, statuses {wrong}")


LEAVES = ("case {} in x) exec sleep 1000;; *) (setsid env -i sleep 1000 > /dev/null 2>&1 & echo $! > left.new; mv left.new left{});; esac")


def leftovers(rig, weir, name, victim, rule, trials):
    """What jobs that were over had left, without an environment, is left after kill -9, or ended with --leftovers end."""
    wrong, notes = 0, []
    for _ in range(trials):
        for number in (1, 2, 3):
            if os.path.exists(f"left{number}"):
                os.remove(f"left{number}")
        options = [] if rule == "leave" else ["--leftovers", rule]
        process = start([weir, "-q", "-j1", *options, LEAVES, ":::", "1", "2", "3", "x"], new_id())
        eventually(lambda: os.path.exists("left3"))
        time.sleep(random.random() ** 2 * 0.05)
        os.kill(victim(process.pid), signal.SIGKILL)
        finish(process)
        left = [int(open(f"left{number}", encoding="ascii").read()) for number in (1, 2)]
        if rule == "end":
            eventually(lambda: not any(alive(pid) for pid in left), JUDGED)
        found = [pid for pid in left if alive(pid)]
        wrong += len(found) != (len(left) if rule == "leave" else 0)
        notes.append(len(found))
        for number in (1, 2, 3):
            end_left(int(open(f"left{number}", encoding="ascii").read()))
    rig.case(f"{trials} times kill -9 of the {name}, --leftovers {rule}", wrong == 0, f"{notes} of 2 alive")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def end_left(pid):
    if alive(pid):
        os.kill(pid, signal.SIGKILL)


def without_keeper(rig, weir):
    """The rig finds what it looks for: strace lets the first fork fail, so that weir goes on alone."""
    strace = shutil.which("strace")
    if not strace:
        return rig.skip("without a keeper jobs survive", "strace is missing")
    prefix = [strace, "-o", "/dev/null", "-e", "trace=clone", "-e", "inject=clone:error=EAGAIN:when=1"]
    found = 0
    for trial in range(1, 21):
        found = len(killed_once(Tool(weir), child_of, prefix, 1)[0])
        if found:
            break
    rig.case("without a keeper jobs survive: this rig can fail", found > 0, f"{found} in trial {trial}")


def child_of(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return int(found[0]) if found else None


def pid_one(rig, tool, orphans=1000):
    """Zombies of the namespace are counted by the job itself, while weir runs."""
    unshare = ["unshare", "--pid", "--fork", "--mount-proc"]
    if subprocess.run([*unshare, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        return rig.skip("PID 1", "no new namespaces here")
    script = ("i=0; while [ $i -lt %d ]; do (sh -c 'sleep 0.2; :' &); i=$((i+1)); done; "
              "zombies() { cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z '; }; "
              "living() { cat /proc/[0-9]*/comm 2>/dev/null | grep -c '^sleep$'; }; "
              "n=0; while [ $(living) -gt 0 ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n+1)); done; "
              "n=0; while [ $(zombies) -gt 0 ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n+1)); done; "
              "echo $(zombies) zombies, PID 1 is $(cat /proc/1/comm)" % orphans)
    result = subprocess.run([*unshare, *tool.items(1, ["sh", written("orphans.sh", script)])], capture_output=True, text=True, input="x\n",
                            timeout=300, check=False)
    with rig.figure("R21", f"PID 1, {orphans} orphans: 0 zombies, ends by SIGTERM") as figure:
        figure.measured = result.stdout.strip()
        rig.case(f"PID 1, {orphans} orphans", result.stdout.startswith("0 zombies, PID 1 is ") and result.returncode == 0,
                 repr(result.stdout))
        ended_by_term(rig, tool, unshare, figure)


def written(name, script):
    with open(name, "w", encoding="ascii") as f:
        f.write(script + "\n")
    return os.path.abspath(name)


def ended_by_term(rig, tool, unshare, figure):
    process = subprocess.Popen([*unshare, "--kill-child", *tool.items(1, ["sh", written("term.sh", "kill -TERM 1; sleep 100")])],
                               stdin=subprocess.PIPE)
    process.stdin.write(b"x\n")
    process.stdin.close()
    status = finish(process)
    rig.case("PID 1 ends by SIGTERM", status == 128 + signal.SIGTERM, status)
    figure.measured += f"; after SIGTERM status {status}" if status is not None else "; SIGTERM has no effect"
    process.kill()
    process.wait()


def counted_once(rig, weir, trials):
    """Ctrl-C reaches keeper and engine: a shielded job must be waited for, not ended, also under load."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(8)]
    torn = 0
    try:
        for trial in range(trials):
            run_id = new_id()
            up, go = f"up{trial}", f"go{trial}"
            terminal = Terminal([weir, "--no-progress", "--shield", f"touch {up}; while [ ! -e {go} ]; do sleep 0.02; done; : {{}}",
                                 ":::", "x"], run_id)
            eventually(lambda: terminal.pump() or os.path.exists(up))
            terminal.press(b"\x03")
            eventually(lambda: terminal.pump() or b"Ctrl-C again" in terminal.screen)
            terminal.pump(0.4)  # longer than the 300 ms in which the same signal counts once
            torn += b"Ctrl-C again" not in terminal.screen or b"ending" in terminal.screen
            with open(go, "w", encoding="ascii"):
                pass
            torn += terminal.next_word() != "ended -2"
            terminal.close()
            kill_all(run_id)
    finally:
        for process in busy:
            process.kill()
            process.wait()
    rig.case(f"{trials} times Ctrl-C counts once under load", torn == 0, torn)


def main():
    arguments = Arguments(quick=2, ci=20, full=100)
    weir, trials = arguments.weir, arguments.number
    seed = random.randrange(10**6)
    random.seed(seed)
    print("seed", seed)
    with Rig("keeper_rig") as rig:
        if not arguments.tool.is_weir:
            kill_9(rig, arguments.tool, "keeper", lambda pid: pid, trials)
            return pid_one(rig, arguments.tool, 100)
        kill_9(rig, arguments.tool, "engine", engine_of, trials)
        kill_9(rig, arguments.tool, "keeper", lambda pid: pid, trials)
        for rule in ("leave", "end"):
            leftovers(rig, weir, "engine", engine_of, rule, max(trials // 5, 1))
            leftovers(rig, weir, "keeper", lambda pid: pid, rule, max(trials // 5, 1))
        without_keeper(rig, weir)
        pid_one(rig, arguments.tool, 100 if arguments.quick else 1000)
        counted_once(rig, weir, max(trials // 10, 1))


if __name__ == "__main__":
    main()
