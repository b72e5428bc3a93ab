#!/usr/bin/env python3
"""Signals at random moments over jobs that do not want to end: nothing may be left behind.

    stop_rig.py WEIR [TRIALS]

INT, TERM, HUP, QUIT to weir alone, and Ctrl-C from a terminal: TRIALS of each (25), at a random moment
of a run whose jobs trap, ignore TERM, take a session of their own, fork twice, put children in the
background, stop themselves, or end at once. Counted are orphans, hangs, and exit statuses that are not
the death by that signal. None is allowed.
"""
import os
import random
import signal
import sys
import time

from rig import (Rig, SECOND, Terminal, eventually, finish, kill_all, lasting_survivors, new_id, number_of,
                 start, weir_of)

GRACE = 0.3
HANGS_AFTER = 15 * SECOND
JOBS = [
    "sleep 1000",
    "trap '' TERM; while :; do sleep 0.05; done",
    "trap 'exit 0' TERM; sleep 1000 & wait",
    "trap '' INT TERM HUP; sleep 1000; sleep 1000",
    "setsid -w sleep 1000",  # without -w: a job that ended and left a daemon, which may stay
    "setsid sh -c 'trap \"\" TERM; sleep 1000; sleep 1000'; :",
    "(setsid sleep 1000 &); sleep 1000",
    "(sh -c 'sleep 1000 & sleep 1000' &); sleep 1000; :",
    "sleep 1000 & wait",
    "sleep 1000 & sleep 1000 & exec sleep 1000",
    "kill -STOP $$; sleep 1000",
    "sleep 1000 & kill -STOP $!; wait",
    "(setsid sh -c 'setsid sh -c \"trap : TERM; sleep 1000 & wait; sleep 1000\" & sleep 1000' &); sleep 1000",
    ":",
    "exit 3",
    "/bin/true",
]


def job_lines():
    """Sixteen that stay, in random order, among many that end: signals fall between starts, too."""
    lines = [random.choice(JOBS[:-3]) for _ in range(20)]
    lines += [random.choice(JOBS[-3:]) for _ in range(60)]
    random.shuffle(lines)
    return "".join(line + "\n" for line in lines)


def options(weir):
    return [weir, "-q", "-j16", "--close-timeout", f"{GRACE}s"]


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

    def __str__(self):
        text = f"slowest stop {self.slowest:.2f} s"
        if not self.ok():
            text += f"; {len(self.orphans)} orphans {self.orphans[:5]}, {self.hangs} hangs, " \
                    f"wrong statuses {self.statuses}"
        return text


def signal_trial(weir, number, count):
    run_id = new_id()
    with open("jobs", "w", encoding="ascii") as f:
        f.write(job_lines())
    with open("jobs", "rb") as stdin, open("out", "wb") as out:
        process = start(options(weir), run_id, stdin=stdin, stdout=out, stderr=out)
    time.sleep(random.random() ** 2 * 0.4)  # the random moment, early ones more often
    begin = time.monotonic()
    process.send_signal(number)
    status = finish(process, HANGS_AFTER)
    count.trial(run_id, status, -number, time.monotonic() - begin)
    if status is None:
        process.kill()
        process.wait()
        kill_all(run_id)


def terminal_trial(weir, count):
    run_id = new_id()
    with open("jobs", "w", encoding="ascii") as f:
        f.write(job_lines())
    terminal = Terminal(options(weir), run_id, stdin="jobs")
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


def main():
    weir = weir_of(sys.argv)
    trials = number_of(sys.argv, 25)
    seed = random.randrange(10**6)
    random.seed(seed)
    with Rig("stop_rig") as rig:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            count = Count()
            for _ in range(trials):
                signal_trial(weir, number, count)
            rig.case(f"{trials} times {number.name} (seed {seed})", count.ok(), count)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            cleaning_up(rig, weir, number)
        count = Count()
        for _ in range(trials):
            terminal_trial(weir, count)
        rig.case(f"{trials} times Ctrl-C from a terminal (seed {seed})", count.ok(), count)


if __name__ == "__main__":
    main()
