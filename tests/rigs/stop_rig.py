#!/usr/bin/env python3
"""Signals at random moments over jobs that do not want to end: nothing may be left behind.

    stop_rig.py WEIR [TRIALS | --quick | --ci] [--peer xargs|parallel]        R1

INT, TERM, HUP, QUIT to weir alone, and Ctrl-C from a terminal: TRIALS of each (100), at a random moment
of a run whose jobs trap, ignore TERM, take a session of their own, fork twice, put children in the
background, stop themselves, or end at once. Counted are orphans, hangs, and exit statuses that are not
the death by that signal. None is allowed, and the end must come within the grace and half a second.
xargs and GNU parallel show that the rig can fail: they leave orphans, or hang.
"""
import os
import random
import signal
import time

from rig import Rig, SECOND, eventually, finish, kill_all, lasting_survivors, new_id, start
from terminal import Terminal
from tool import Arguments

GRACE = 0.3
PROMISED = GRACE + 0.5
HANGS_AFTER = 15 * SECOND
WANTED = f"0 orphans, 0 hangs, died by the signal, within {PROMISED:.1f} s"
JOBS = [
    "sleep 1000",
    "trap '' TERM; while :; do sleep 0.05; done",
    "trap 'exit 0' TERM; sleep 1000 & wait",
    "trap '' INT TERM HUP; sleep 1000; sleep 1000",
    "setsid -w sleep 1000",  # without -w: a job that ended and left a daemon, which may stay
    "setsid sh -c 'trap \"\" TERM; sleep 1000; sleep 1000'; :",
    "(setsid sleep 1000 &); sleep 1000",
    "(sh -c 'sleep 1000 & sleep 1000' &); sleep 1000; :",
    "(timeout 1000 sleep 1000 &); sleep 1000",  # timeout takes a process group of its own
    "sleep 1000 & wait",
    "sleep 1000 & sleep 1000 & exec sleep 1000",
    "trap '' TERM; (./hop 100 &); sleep 1000",
    "kill -STOP $$; sleep 1000",
    "sleep 1000 & kill -STOP $!; wait",
    "(setsid sh -c 'setsid sh -c \"trap : TERM; sleep 1000 & wait; sleep 1000\" & sleep 1000' &); sleep 1000",
    ":",
    "exit 3",
    "/bin/true",
]


# From process to process, each in a session of its own: a look at all processes may miss it.
HOP = """#!/bin/sh
[ "$1" = 0 ] && exec sleep 1000
setsid ./hop $(($1 - 1)) &
"""


def job_lines():
    """Sixteen that stay, in random order, among many that end: signals fall between starts, too."""
    lines = [random.choice(JOBS[:-3]) for _ in range(20)]
    lines += [random.choice(JOBS[-3:]) for _ in range(60)]
    random.shuffle(lines)
    return "".join(line + "\n" for line in lines)


def argv_of(tool):
    return tool.lines(16, "--close-timeout", f"{GRACE}s")


class Count:
    def __init__(self):
        self.orphans = []
        self.hangs = 0
        self.statuses = []
        self.slowest = 0.0

    def trial(self, run_id, status, expected, seconds):
        if status is None:
            self.hangs += 1
        elif status != expected:
            self.statuses.append(status)
        self.slowest = max(self.slowest, seconds)
        self.orphans += [what for _, what in lasting_survivors(run_id)]
        kill_all(run_id)

    def ok(self):
        return not self.orphans and not self.hangs and not self.statuses

    def measured(self, trials):
        """For the table."""
        died = "" if not self.statuses else f", {len(self.statuses)} not by the signal"
        return f"{trials} trials: {len(self.orphans)} orphans, {self.hangs} hangs{died}, slowest {self.slowest:.2f} s"

    def __str__(self):
        text = f"slowest stop {self.slowest:.2f} s"
        if not self.ok():
            text += f"; {len(self.orphans)} orphans {self.orphans[:5]}, {self.hangs} hangs, " \
                    f"wrong statuses {self.statuses}"
        return text


def signal_trial(tool, number, count):
    run_id = new_id()
    with open("jobs", "w", encoding="ascii") as f:
        f.write(job_lines())
    with open("jobs", "rb") as stdin, open("out", "wb") as out:
        process = start(argv_of(tool), run_id, stdin=stdin, stdout=out, stderr=out)
    time.sleep(random.random() ** 2 * 0.4)  # the random moment, early ones more often
    begin = time.monotonic()
    process.send_signal(number)
    status = finish(process, HANGS_AFTER)
    count.trial(run_id, status, -number, time.monotonic() - begin)
    if status is None:
        process.kill()
        process.wait()
        kill_all(run_id)


def terminal_trial(tool, count):
    run_id = new_id()
    with open("jobs", "w", encoding="ascii") as f:
        f.write(job_lines())
    terminal = Terminal(argv_of(tool), run_id, stdin="jobs")
    terminal.pump(random.random() ** 2 * 0.4)
    begin = time.monotonic()
    terminal.press(b"\x03")
    word = terminal.next_word(HANGS_AFTER)
    status = int(word.split()[1]) if word and word.startswith("ended") else None
    count.trial(run_id, status, -signal.SIGINT, time.monotonic() - begin)
    terminal.close()
    kill_all(run_id)


def cleaning_up(rig, weir, number):
    """Jobs that obey TERM get their grace: KILL must not come before."""
    run_id = new_id()
    script = "trap 'sleep 0.2; touch clean{}; exit' TERM; touch up{}; while :; do sleep 0.02; done"
    items = [f"{number.name}{i}" for i in range(8)]
    process = start([weir, "-q", "-j8", script, ":::", *items], run_id)
    up = eventually(lambda: all(os.path.exists("up" + item) for item in items))
    process.send_signal(number)
    status = finish(process, HANGS_AFTER)
    cleaned = sum(os.path.exists("clean" + item) for item in items)
    rig.case(f"{number.name}: jobs may clean up", up and status == -number and cleaned == len(items),
             f"{cleaned} of {len(items)} did, status {status}")
    kill_all(run_id)


def trials_of(rig, name, trials, once):
    count = Count()
    with rig.figure("R1", f"{name}: {WANTED}") as figure:
        for _ in range(trials):
            once(count)
        rig.case(f"{trials} times {name}", count.ok(), count)
        figure.measured = count.measured(trials)
        figure.late = count.slowest > PROMISED


def main():
    arguments = Arguments(quick=2, ci=20, full=100)
    tool = arguments.tool
    seed = random.randrange(10**6)
    random.seed(seed)
    print("seed", seed)
    with Rig("stop_rig") as rig:
        with open("hop", "w", encoding="ascii") as f:
            f.write(HOP)
        os.chmod("hop", 0o755)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            trials_of(rig, number.name, arguments.number,
                      lambda count, n=number: signal_trial(tool, n, count))
        trials_of(rig, "Ctrl-C from a terminal", arguments.number, lambda count: terminal_trial(tool, count))
        if tool.is_weir:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                cleaning_up(rig, tool.path, number)


if __name__ == "__main__":
    main()
