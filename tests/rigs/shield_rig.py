#!/usr/bin/env python3
"""weir-shield: what it shields is spared and waited for, and its start costs next to nothing.

    shield_rig.py WEIR [STARTS | --quick | --ci]

weir-shield is the program beside WEIR. The command that it shields must outlive a cancelled and a timed-out job,
also in weirs in weirs; it must end when --wait-timeout, a second signal or SIGQUIT says so, and with a weir that
is killed with SIGKILL. With setsid in its place the same command is ended: this rig can fail. Then STARTS (1000)
starts of a program by itself and by weir-shield, in turns, without a weir and in a job.
"""
import os
import signal
import subprocess

from pairs import milliseconds_more
from rig import Rig, engine_of, environment, eventually, finish, kill_all, lasting_survivors, new_id, start
from stream_rig import noop_program
from tool import Arguments

PROMISED_MS = 1.0
SCRIPT = """#!/bin/sh
if [ $1 -gt 0 ]; then exec {weir} -q -j1 {options} ./job{n} ::: $(($1 - 1)); fi
sh -c 'trap "touch term{n}; exit" TERM; touch up{n}; while :; do sleep 0.01; done' &
while [ ! -e up{n} ]; do sleep 0.01; done
{shield} sh -c 'touch inside{n}; while [ ! -e go{n} ]; do sleep 0.01; done; touch done{n}'
exec sleep 1000
"""

class Job:
    """A job that says up, inside (the shield), term when it is ended, and done, which it is after go."""
    count = 0

    def __init__(self, weir, shield, *options, weirs=1):
        Job.count += 1
        self.n, self.run_id = Job.count, new_id()
        with open(f"job{self.n}", "w", encoding="ascii") as f:
            f.write(SCRIPT.format(weir=weir, n=self.n, shield=shield, options=" ".join(options)))
        os.chmod(f"job{self.n}", 0o755)
        self.process = start([f"./job{self.n}", str(weirs)], self.run_id, stdin=subprocess.DEVNULL)
        self.said("inside")

    def said(self, word, seconds=30):
        return eventually(lambda: os.path.exists(f"{word}{self.n}"), seconds)

    def signal(self, number):
        self.process.send_signal(number)

    def is_ended(self):
        """Waits until the rest of the job was ended. Returns whether its shielded command was not."""
        return self.said("term") and not eventually(lambda: self.process.poll() is not None, 0.1)

    def go(self):
        with open(f"go{self.n}", "w", encoding="ascii"):
            pass

    def over(self):
        """(exit status, was the shielded command done?, processes left)"""
        status = finish(self.process, 30)
        left = len(lasting_survivors(self.run_id, 5))
        kill_all(self.run_id)
        if status is None:
            finish(self.process)
        return status, os.path.exists(f"done{self.n}"), left


def spared(rig, weir, shield):
    for number, weirs in ((signal.SIGINT, 1), (signal.SIGTERM, 1), (signal.SIGHUP, 1), (signal.SIGTERM, 2), (signal.SIGTERM, 3)):
        job = Job(weir, shield, weirs=weirs)
        job.signal(number)
        waited = job.is_ended()
        job.go()
        over = job.over()
        rig.case(f"{number.name}, {weirs} weirs: spared and waited for", waited and over == (-number, True, 0), over)
    job = Job(weir, shield, "--timeout", "300ms", "--close-timeout", "100ms")
    waited = job.is_ended()
    job.go()
    over = job.over()
    rig.case("--timeout of its job: spared and waited for", waited and over == (1, True, 0), over)


def ended(rig, weir, shield):
    for name, options, after, status in (
            ("--wait-timeout", ("--wait-timeout", "300ms"), None, -signal.SIGINT),
            ("--term-timeout", ("--term-timeout", "300ms"), None, -signal.SIGTERM),
            ("a second signal", (), signal.SIGTERM, -signal.SIGINT),
            ("SIGQUIT", (), signal.SIGQUIT, -signal.SIGINT)):
        job = Job(weir, shield, *options)
        job.signal(-status)
        job.said("term")
        if after:
            job.signal(after)
        over = job.over()
        rig.case(f"{name} ends it", over == (status, False, 0), over)
    job = Job(weir, shield)
    os.kill(engine_of(job.process.pid), signal.SIGKILL)
    over = job.over()
    rig.case("kill -9 of the engine ends it", over == (-signal.SIGKILL, False, 0), over)
    job = Job(weir, "setsid -w")
    job.signal(signal.SIGINT)
    over = job.over()
    rig.case("setsid in the place of weir-shield is not spared: this rig can fail", over == (-signal.SIGINT, False, 0), over)


def plain(rig, shield):
    """No weir is there, or none any more."""
    for name, more in (("no weir", {}), ("a weir that has gone", {"WEIR_SHIELD": "weir-0-" + "0" * 32})):
        env = environment(new_id(), **more)
        done = subprocess.run(["sh", "-c", f"echo $$; exec {shield} sh -c 'echo $$; exit 9'"], env=env, capture_output=True,
                              check=False)
        lines = done.stdout.split()
        rig.case(f"{name}: a plain exec, the same process", done.returncode == 9 and len(lines) == 2 and
                 lines[0] == lines[1] and not done.stderr, f"{done}")
    for words, status in ((["/no/such"], 127), (["/etc/passwd"], 126), ([], 2), (["--no-such"], 2), (["--help"], 0),
                          (["--version"], 0), (["--", "true"], 0)):
        done = subprocess.run([shield, *words], capture_output=True, env=environment(new_id()), check=False)
        rig.case(f"weir-shield {' '.join(words)}".strip() + f": exit {status}", done.returncode == status and
                 (status in (0, 1)) == (not done.stderr), done.stderr)


def cost(rig, weir, shield, starts):
    noop = noop_program()

    def in_a_job(argv):
        return [weir, "-q", "-j1", "env", "JOB={}", *argv, ":::", "x"]

    for name, around in (("without a weir", list), ("in a job", in_a_job)):
        with rig.figure("weir-shield", f"its start, {name}: under {PROMISED_MS:.0f} ms more than without it") as figure:
            more, cpu = milliseconds_more(starts, [noop], [shield, noop], around=around)
            figure.measured = f"{more:.2f} ms, {cpu:.2f} ms of CPU, medians of {starts}"
            figure.late = more >= PROMISED_MS
            rig.case(f"start {name}", more < float("inf"), figure.measured)


def main():
    arguments = Arguments(quick=100, ci=150, full=1000)
    weir = arguments.weir
    shield = os.path.join(os.path.dirname(weir), "weir-shield")
    with Rig("shield_rig") as rig:
        with rig.figure("weir-shield", "what it shields is spared, waited for, and ended when its time is over"):
            if not os.access(shield, os.X_OK):
                return rig.skip("weir-shield", "it is not beside weir")
            spared(rig, weir, shield)
            ended(rig, weir, shield)
            plain(rig, shield)
        cost(rig, weir, shield, arguments.number)


if __name__ == "__main__":
    main()
