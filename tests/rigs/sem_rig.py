#!/usr/bin/env python3
"""A hundred sems at once, of which any are killed: never too many inside, no slot lost, in order.

    sem_rig.py WEIR [ROUNDS | --quick | --ci]        D2

In each round WAITERS processes of `weir --as sem --fg -j N` come one after the other to one semaphore, while random
ones, inside and waiting, are killed with -9: the front process, its engine or the command. Each command counts for itself
how many are inside, by locks of its own on N files. Judged: none finds more than N; with one slot, where a command that is slow
to begin lets none pass, they start in the order in which they came; who was not killed ran; afterwards N get in at once.
"""
import itertools
import os
import random
import signal
import subprocess
import time

from rig import Rig, compile_c, engine_of, eventually
from tool import Arguments

WAITERS = 100
SLOTS = (1, 3)
# Locks one of N files of its own: if none is free, one too many is inside. Then says that it was in.
COMMAND = r"""
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int n = atoi(argv[2]), inside = 0;
  for (int i = 0; i < n && !inside; ++i) {
    char name[32];
    snprintf(name, sizeof name, "place.%d", i);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    inside = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
  }
  char line[64];
  int length = snprintf(line, sizeof line, "%s %s\n", argv[1], inside ? "in" : "too many");
  int log = open("log", O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (write(log, line, length) < 0) return 1;
  usleep(argc > 3 ? atoi(argv[3]) : 0);
  return !inside;
}
"""


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            return [int(each) for each in f.read().split()]
    except OSError:
        return []


class Round:
    def __init__(self, weir, command, rng, slots):
        self.rng, self.slots = rng, slots
        for name in os.listdir("."):
            if name == "log" or name.startswith("place."):
                os.remove(name)
        self.start = lambda number, pause, *more: subprocess.Popen(
            [weir, "--as", "sem", "--fg", "--id", "rig", f"-j{slots}", *more, command, str(number), str(slots), str(pause)],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill_some(self, living):
        """Now and then, at any place of its tree."""
        if self.rng.random() > 0.2 or not living:
            return None
        victim = self.rng.choice(living)
        engine = engine_of(victim.pid)
        places = [victim.pid] + ([engine] if engine else []) + (children(engine) if engine else [])
        try:
            os.kill(self.rng.choice(places), signal.SIGKILL)
        except OSError:
            pass
        return victim

    def run(self):
        came, killed = [], set()
        for number in range(WAITERS):
            process = self.start(number, self.rng.randrange(10000, 60000) * self.slots)
            came.append(process)
            # Else two that are started could come in another order.
            eventually(lambda pid=process.pid: self.has_come(pid), 30, 0.001)
            victim = self.kill_some([each for each in came if each.poll() is None])
            if victim:
                killed.add(came.index(victim))
        while any(each.poll() is None for each in came):
            victim = self.kill_some([each for each in came if each.poll() is None])
            if victim:
                killed.add(came.index(victim))
            time.sleep(0.03)
        return killed

    @staticmethod
    def has_come(pid):
        """Its ticket is locked, or it is further already."""
        if not os.path.exists(f"/proc/{pid}") or engine_of(pid):
            return True
        locks = []
        try:
            for name in os.listdir(f"/proc/{pid}/fdinfo"):
                with open(f"/proc/{pid}/fdinfo/{name}", encoding="ascii") as f:
                    locks += [line.split() for line in f if line.startswith("lock:")]
        except OSError:
            pass  # it ends, or closes something
        return any(len(each) > 7 and int(each[7]) >= 2**32 for each in locks) or is_done(pid)

    def all_slots_are_there(self):
        """N more run at once."""
        if os.path.exists("log"):
            os.remove("log")
        last = [self.start(f"last{i}", 1000000, "--st", "-20") for i in range(self.slots)]
        together = eventually(lambda: log_lines() >= self.slots, 20, 0.005)
        for each in last:
            each.wait()
        return together


def is_done(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def log_lines():
    try:
        with open("log", encoding="ascii") as f:
            return len(f.readlines())
    except OSError:
        return 0


def read_log():
    if not os.path.exists("log"):
        return []
    with open("log", encoding="ascii") as f:
        return [line.rstrip("\n").split(" ", 1) for line in f]


def main():
    arguments = Arguments(quick=1, ci=3, full=50)
    with Rig("sem_rig") as rig, rig.figure("D2", "sem under kill -9: never too many inside, no slot lost, in order") as figure:
        os.environ["XDG_RUNTIME_DIR"] = os.getcwd()
        command = compile_c("inside", COMMAND)
        seed = random.randrange(1 << 32)
        print(f"     seed {seed}")
        rng = random.Random(seed)
        ran, ended = 0, 0
        for number, slots in itertools.product(range(1, arguments.number + 1), SLOTS):
            one = Round(arguments.weir, command, rng, slots)
            killed = one.run()
            log = read_log()
            ran, ended = ran + len(log), ended + len(killed)
            name = f"round {number}, {slots} at once"
            rig.case(f"{name}: never more inside", all(what == "in" for _, what in log), f"{len(log)} ran, {len(killed)} killed")
            order = [int(who) for who, _ in log]
            if slots == 1:
                rig.case(f"{name}: in order", order == sorted(order), "" if order == sorted(order) else order)
            missing = set(range(WAITERS)) - set(order) - killed
            rig.case(f"{name}: who was not killed ran", not missing, sorted(missing) or "")
            rig.case(f"{name}: no slot lost", one.all_slots_are_there())
        figure.measured = f"{ran} ran, {ended} killed: all cases" if not figure.failures else None


if __name__ == "__main__":
    main()
