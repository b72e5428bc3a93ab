#!/usr/bin/env python3
"""Ctrl-Z and fg: the jobs stop with weir, no timeout is charged for it, the terminal is as it was.

    suspend_rig.py WEIR [TIMES | --quick | --ci] [--peer xargs|parallel]        R19

weir is the foreground job of a session on a terminal. Ctrl-Z is pressed TIMES times (50), at random
moments, and each time: weir stops, every process of its jobs is in state T, the terminal's attributes
are those from before weir, and fg has all of them go on. Jobs with a --timeout that is longer than
they run, and shorter than they run and are stopped, must succeed. Without a terminal, SIGTSTP and SIGCONT to weir or to
its process group, at once or a moment later, leave nothing stopped.
"""
import os
import random
import signal
import subprocess
import time

from rig import ID, Rig, eventually, kill_all, lasting_survivors, new_id, state_and_parent, state_of, survivors
from terminal import Terminal
from tool import Arguments

CTRL_Z = b"\x1a"


def others(run_id, terminal):
    return [pid for pid, _ in survivors(run_id) if pid not in (terminal.pid, terminal.leader)]


def all_stopped(run_id, terminal):
    """A shell that waits in vfork(2) for a child that is stopped is in state D, and as good as stopped."""
    found = [state_and_parent(pid) for pid in others(run_id, terminal)]
    parents = {parent for state, parent in found if state == "T"}
    held = [pid for pid in parents if state_of(pid) == "D"]
    free = [state for state, _ in found if state not in ("T", "Z", "X", None)]
    return found and len(free) <= len(held)


def states_of(run_id, terminal):
    return {pid: state_of(pid) for pid in others(run_id, terminal)}


def many_times(rig, tool, times):
    run_id = new_id()
    with open("lines", "w", encoding="ascii") as f:
        f.write("while [ ! -e go ]; do sleep 0.02; done\n" * 3 +
                "setsid -w sh -c 'while [ ! -e go ]; do sleep 0.02; done'; :\n"
                "(while [ ! -e go ]; do sleep 0.02; done) & wait\n")
    argv = [tool.path, "-j8"] if tool.is_weir else tool.lines(8)
    terminal = Terminal(argv, run_id, stdin="lines", env={"TERM": "xterm"})
    eventually(lambda: terminal.pump() or len(others(run_id, terminal)) >= 7)
    wrong = {"not stopped": 0, "a job ran": 0, "attributes": 0, "did not go on": 0}
    for _ in range(times):
        terminal.pump(random.random() * 0.1)
        terminal.press(CTRL_Z)
        word = terminal.next_word()
        if word != "stopped":
            wrong["not stopped"] += 1
            break
        if not eventually(lambda: all_stopped(run_id, terminal)):
            wrong["a job ran"] += 1
            print("     states:", states_of(run_id, terminal))
        if terminal.attributes() != terminal.before:
            wrong["attributes"] += 1
        terminal.fg()
        if not eventually(lambda: terminal.pump() or "T" not in states_of(run_id, terminal).values()):
            wrong["did not go on"] += 1
            print("     states:", states_of(run_id, terminal))
    with open("go", "w", encoding="ascii"):
        pass
    word = terminal.next_word()
    same = terminal.attributes() == terminal.before
    terminal.close()
    left = lasting_survivors(run_id)
    kill_all(run_id)
    with rig.figure("R19", f"{times} times Ctrl-Z and fg: all jobs stop and go on, termios identical") as figure:
        figure.measured = ", ".join(f"{count} {what}" for what, count in wrong.items())
        rig.case(f"{times} times Ctrl-Z and fg", not any(wrong.values()), wrong)
        rig.case("then all succeed", word == "ended 0" and not left, f"{word}, {len(left)} orphans")
        rig.case("the terminal is as before", same)


def timeouts(rig, weir):
    """0.4 s of work and a timeout of 2 s; stopped for 2.5 s in between."""
    run_id = new_id()
    terminal = Terminal([weir, "-j2", "--timeout", "2s", "touch up{}; sleep 0.4; :", ":::", "1", "2"], run_id)
    eventually(lambda: terminal.pump() or (os.path.exists("up1") and os.path.exists("up2")))
    terminal.press(CTRL_Z)
    stopped = terminal.next_word() == "stopped"
    # What is waited for is time itself.
    eventually(lambda: terminal.pump(), 2.5)
    terminal.fg()
    word = terminal.next_word()
    terminal.close()
    kill_all(run_id)
    rig.case("stopped time is charged to no --timeout", stopped and word == "ended 0", word)


def ended_while_stopped(rig, weir, key, status, options=()):
    """Ctrl-C right after fg must be heard."""
    run_id = new_id()
    terminal = Terminal([weir, *options, "-j2", "sleep", ":::", "1000", "1000"], run_id)
    eventually(lambda: terminal.pump() or len(others(run_id, terminal)) >= 3)
    terminal.press(CTRL_Z)
    stopped = terminal.next_word() == "stopped"
    terminal.fg()
    eventually(lambda: terminal.pump() or "T" not in states_of(run_id, terminal).values() and state_of(terminal.pid) != "T")
    terminal.press(key)
    word = terminal.next_word()
    terminal.close()
    left = lasting_survivors(run_id)
    kill_all(run_id)
    rig.case(f"{key!r} after fg {' '.join(options)}".rstrip(), stopped and word == f"ended {status}" and not left,
             f"{word}, {len(left)} orphans")


def continued_at_once(rig, weir, times):
    """SIGCONT comes before weir has begun to stop its jobs, meanwhile, or after it."""
    hung = 0
    for number in range(times):
        run_id, go = new_id(), f"go{number}"
        run = subprocess.Popen([weir, "-q", "-j8", f"while [ ! -e {go} ]; do sleep 0.02; done; :", ":::", *"12345678"],
                               start_new_session=True, env={**os.environ, ID: run_id}, stdin=subprocess.DEVNULL)
        eventually(lambda: len(survivors(run_id)) >= 10)
        send = os.killpg if number % 2 else os.kill
        send(run.pid, signal.SIGTSTP)
        time.sleep(random.random() * random.choice((0, 0.0005, 0.005)))
        send(run.pid, signal.SIGCONT)
        with open(go, "w", encoding="ascii"):
            pass
        hung += not eventually(lambda: run.poll() is not None)
        kill_all(run_id)
        run.wait()
    rig.case(f"{times} times SIGTSTP and at once SIGCONT", hung == 0, f"{hung} stayed stopped")


def main():
    arguments = Arguments(quick=3, ci=20, full=50)
    weir = arguments.weir
    with Rig("suspend_rig") as rig:
        many_times(rig, arguments.tool, arguments.number)
        if not arguments.tool.is_weir:
            return
        continued_at_once(rig, weir, arguments.number * 5)
        timeouts(rig, weir)
        ended_while_stopped(rig, weir, b"\x03", -2)
        ended_while_stopped(rig, weir, b"\x03", -2, ("--no-progress",))
        ended_while_stopped(rig, weir, b"\x1c", -3)


if __name__ == "__main__":
    main()
