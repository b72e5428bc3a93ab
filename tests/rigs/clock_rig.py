#!/usr/bin/env python3
"""The wall clock jumps while timeouts run: none fires early, none fails to fire.

    clock_rig.py WEIR [SECONDS | --quick | --ci] [--peer parallel]        R18

libfaketime shows weir, and only weir, a wall clock that is set an hour forward or a year back every 20 ms, and the
true monotonic clock. Jobs that take a quarter of their timeout must succeed, jobs that would go on for
ever must be ended after it. In the journal no job took less than nothing or more than the run.
"""
import datetime
import glob
import json
import os
import random
import subprocess
import threading
import time

from rig import Rig, compile_c, finish, kill_all, lasting_survivors, new_id, start
from tool import Arguments, preloadable

TIMEOUT = 1.0
STEPS = ("+3600s", "-31536000s", "+0s", "-60s", "+86400s", "-3600s", "+31536000s")
# Static: the clock of the jobs is left alone.
SLEEPER = r"""
#include <stdlib.h>
#include <time.h>
int main(int argc, char** argv) {
  const long ms = atol(argv[argc - 1]);
  struct timespec t = {ms / 1000, ms % 1000 * 1000000};
  return nanosleep(&t, 0) != 0;
}
"""
TELL_TIME = r"""
#include <stdio.h>
#include <time.h>
int main(void) {
  struct timespec a, b;
  clock_gettime(CLOCK_REALTIME, &a);
  clock_gettime(CLOCK_MONOTONIC, &b);
  return printf("%ld %ld\n", (long)a.tv_sec, (long)b.tv_sec) < 0;
}
"""


def library():
    return next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)


def fake(path):
    return {"LD_PRELOAD": path, "FAKETIME_TIMESTAMP_FILE": os.path.abspath("clock"), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}


def set_clock(to):
    with open("clock.new", "w", encoding="ascii") as f:
        f.write(to + "\n")
    os.rename("clock.new", "clock")


class Jumping:
    def __enter__(self):
        set_clock("+0s")
        self.over = threading.Event()
        self.jumps = 0
        self.thread = threading.Thread(target=self.jump)
        self.thread.start()
        return self

    def jump(self):
        while not self.over.wait(0.02):
            set_clock(random.choice(STEPS))
            self.jumps += 1

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def works(path):
    """That the jumps are seen at all, and by the wall clock alone."""
    clock = os.path.join(os.getcwd(), "tell")
    seen = []
    for to in ("+0s", "+86400s"):
        set_clock(to)
        seen.append([int(word) for word in subprocess.run([clock], capture_output=True, text=True, check=True,
                                                          env={**os.environ, **fake(path)}).stdout.split()])
    return seen[1][0] - seen[0][0] > 80000 and seen[1][1] - seen[0][1] < 100


def seen_by_weir(weir, path):
    """Its journal is of tomorrow."""
    set_clock("+86400s")
    subprocess.run([weir, "-q", "--journal", "tomorrow", "true", ":::", "x"], env={**os.environ, **fake(path)}, check=True)
    with open("tomorrow", encoding="utf-8") as f:
        at = datetime.datetime.fromisoformat(json.loads(f.readline())["at"].replace("Z", "+00:00"))
    return at.timestamp() - time.time() > 80000


def run(tool, sleeper, milliseconds, jobs, path):
    run_id = new_id()
    with open("items", "w", encoding="ascii") as f:
        f.write(f"{milliseconds}\n" * jobs)
    if tool.is_weir:
        argv = [preloadable(tool.path), "-q", "-j8", "--timeout", f"{TIMEOUT}s", "--close-timeout", "1s", "--journal", "journal", sleeper]
    else:
        argv = ["parallel", "--will-cite", "-j8", "--timeout", f"{TIMEOUT:.0f}", sleeper]
    if os.path.exists("journal"):
        os.remove("journal")  # or times of an earlier run would be compared with this one's
    with open("items", "rb") as items:
        begin = time.monotonic()
        with Jumping() as jumping:
            process = start(argv, run_id, stdin=items, env=fake(path), stderr=subprocess.DEVNULL)
            status = finish(process, 30)
        took = time.monotonic() - begin
    left = lasting_survivors(run_id)
    kill_all(run_id)
    process.poll() is None and process.kill()
    return status, took, len(left), jumping.jumps


def impossible_times(took):
    """Jobs in the journal that took less than nothing, or more than the run."""
    if not os.path.exists("journal"):
        return 0
    with open("journal", encoding="utf-8") as f:
        ends = [json.loads(line) for line in f if '"type":"end"' in line]
    return sum(not 0 <= end["seconds"] <= took + 1 for end in ends)


def main():
    arguments = Arguments(quick=1, ci=4, full=15)
    rounds = arguments.number
    with Rig("clock_rig") as rig, rig.figure("R18", "the wall clock jumps by up to a year: timeouts fire on time") as figure:
        path = library()
        if not path:
            return rig.skip("clock steps", "libfaketime is missing")
        sleeper = compile_c("sleeper", SLEEPER)
        with open("tell.c", "w", encoding="ascii") as f:
            f.write(TELL_TIME)
        subprocess.run(["cc", "-o", "tell", "tell.c"], check=True)
        if not rig.case("the jumps are seen by the wall clock alone", works(path)):
            return
        if arguments.tool.is_weir:
            rig.case("weir sees them", seen_by_weir(preloadable(arguments.weir), path))
        early, late, jumps, wrong, slowest = 0, 0, 0, 0, 0.0
        for _ in range(rounds):
            status, took, _, jumped = run(arguments.tool, sleeper, int(TIMEOUT * 250), 8, path)
            early += status != 0
            wrong += impossible_times(took)
            jumps += jumped
            status, took, left, jumped = run(arguments.tool, sleeper, 1_000_000, 8, path)
            late += status is None or left > 0 or status == 0
            wrong += impossible_times(took)
            slowest = max(slowest, took)
            jumps += jumped
        figure.measured = f"{jumps} jumps: {early} runs ended early, {late} late (slowest {slowest - TIMEOUT:.2f} s after), " \
                          f"{wrong} impossible times on record"
        figure.late = slowest > TIMEOUT + 1
        rig.case("timeouts", early == late == wrong == 0, figure.measured)


if __name__ == "__main__":
    main()
