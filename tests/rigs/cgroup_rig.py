#!/usr/bin/env python3
"""Trees that do all they can to live on, in control groups: none of their processes outlives its job, nor weir.

    cgroup_rig.py WEIR [TRIALS | --quick | --ci]        G1, G2, G3

weir runs as nobody, in a group of version 2 that root has handed to it. Its jobs fork twice without end, take sessions, drop
their environment, trace and stop each other, are a fork bomb of bounded size and time, or become root by a setuid program, which
nobody may signal. TRIALS of each end (20), at a random moment: those of R1 (INT, TERM, HUP, QUIT to weir), those of R3 (kill -9 of
the engine, of the keeper), and a timeout. The same without groups (--cgroup never), where what lives on is counted by tree.
Then kill -9 of both processes of weir: what is left is ended by the next one, which says so, and not while a run lives.
All these processes have a name of their own, by which they are found. Without groups some live on: the rig can fail.
"""
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter

from rig import Rig, SECOND, compile_c, engine_of, environment, eventually, finish, new_id, own_children, reap_strays, state_of
from tool import Arguments

NOBODY = 65534
MOST_PROCESSES = 150  # of a fork bomb
LIVES = 60            # seconds, then even what nobody ended has gone
GONE_WITHIN = 10 * SECOND
TREES = ["hops", "bomb", "traced", "stopping", "hidden", "root"]
ENDS = [("SIGINT", -signal.SIGINT), ("SIGTERM", -signal.SIGTERM), ("SIGHUP", -signal.SIGHUP), ("SIGQUIT", -signal.SIGQUIT),
        ("timeout", None), ("kill -9 of the engine", -signal.SIGKILL), ("kill -9 of the keeper", -signal.SIGKILL)]
HOSTILE = r"""
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static time_t end;
static int* count;

static void pause_to_the_end(void) { while (time(NULL) < end) usleep(50000); _exit(0); }

/* From process to process, each an orphan in a session of its own. */
static void hop(void) {
  while (time(NULL) < end) {
    usleep(2000);
    if (fork() > 0) _exit(0);
    setsid();
    if (fork() > 0) _exit(0);
  }
  _exit(0);
}

static void bomb(void) {
  while (time(NULL) < end) {
    if (__sync_fetch_and_add(count, 1) >= MOST) pause_to_the_end();
    if (fork() == 0 && (time(NULL) & 1)) setsid();
  }
  _exit(0);
}

static void traced(void) {
  const pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    pause_to_the_end();
  }
  waitpid(child, NULL, 0);
  while (time(NULL) < end) {  /* no signal but KILL gets to it */
    ptrace(PTRACE_CONT, child, 0, 0);
    waitpid(child, NULL, 0);
  }
  _exit(0);
}

static void stopping(void) {
  const pid_t one = fork();
  if (one == 0) { setsid(); pause_to_the_end(); }
  const pid_t other = fork();
  if (other == 0) { setsid(); while (time(NULL) < end) { kill(one, SIGSTOP); usleep(1000); } _exit(0); }
  while (time(NULL) < end) { kill(other, SIGSTOP); usleep(1000); kill(other, SIGCONT); }
  _exit(0);
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  end = time(NULL) + LIVES;
  prctl(PR_SET_NAME, argv[1], 0, 0, 0);
  for (int s = 1; s < 32; ++s) if (s != SIGCHLD) signal(s, SIG_IGN);
  count = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  const char* const tree = argv[2];
  if (strcmp(tree, "root") == 0 && setuid(0) != 0) return 3;
  if (fork() > 0) pause_to_the_end();  /* the job's main process */
  setsid();
  if (fork() > 0) _exit(0);
  clearenv();
  memset(argv[1], 'x', strlen(argv[1]));
  if (strcmp(tree, "hops") == 0) hop();
  if (strcmp(tree, "bomb") == 0) bomb();
  if (strcmp(tree, "traced") == 0) traced();
  if (strcmp(tree, "stopping") == 0) stopping();
  pause_to_the_end();
}
"""


def living(name):
    """Processes whose names begin so, zombies left out: by pid."""
    found = {}
    for pid in os.listdir("/proc"):
        if not pid.isdigit():
            continue
        try:
            with open(f"/proc/{pid}/comm", encoding="ascii", errors="replace") as f:
                comm = f.read().rstrip("\n")
            if comm.startswith(name) and state_of(pid) not in ("Z", "X", None):
                found[int(pid)] = comm
        except OSError:
            pass
    return found


def kill_living(name):
    for _ in range(200):
        for pid in living(name):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        reap_strays()
        if not living(name):
            return


class Group:
    """A control group that belongs to nobody, with weir in it."""

    def __init__(self, place):
        self.path = os.path.join(place, f"rig-{new_id()}")
        os.mkdir(self.path)
        for name in ("", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"):
            os.chown(os.path.join(self.path, name), NOBODY, NOBODY)

    def enter(self):
        with open(f"{self.path}/cgroup.procs", "w", encoding="ascii") as f:
            f.write("0")
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    def runs(self):
        return [name for name in os.listdir(self.path) if name.startswith("weir-")]

    def remove(self):
        for path, _, _ in os.walk(self.path, topdown=False):
            eventually(lambda where=path: removed(where), 2 * SECOND)


def removed(path):
    try:
        os.rmdir(path)
    except OSError:
        return not os.path.exists(path)
    return True


def place_for_groups():
    """The directory of this process's group of version 2, or None and why not."""
    if os.getuid() != 0:
        return None, "not root"
    with open("/proc/self/cgroup", encoding="ascii") as f:
        own = next((line[3:].strip() for line in f if line.startswith("0::")), None)
    with open("/proc/mounts", encoding="utf-8") as f:
        mounts = [line.split()[1] for line in f if line.split()[2] == "cgroup2"]
    if own is None or not mounts:
        return None, "no control groups of version 2"
    place = os.path.normpath(mounts[0] + "/" + own)
    try:
        group = Group(place)
        usable = os.path.exists(f"{group.path}/cgroup.kill")
        group.remove()
    except OSError as error:
        return None, f"{place}: {error.strerror}"
    return (place, "") if usable else (None, "no cgroup.kill")


class Trial:
    """One run of weir over all trees."""

    def __init__(self, weir, hostile, group, use, *options):
        self.name = "h" + new_id()[:12]
        self.group = group
        self.process = subprocess.Popen(
            [weir, "-q", "-j0", "--cgroup", use, "--close-timeout", "0.2s", *options, f"exec {hostile} {self.name}{{#}} {{}}", ":::", *TREES],
            env=environment(new_id()), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open("err", "wb"),
            preexec_fn=group.enter, start_new_session=True)
        own_children.add(self.process.pid)
        # Each has a main process and what it has hidden, before the random moment.
        eventually(lambda: len(living(self.name)) >= 2 * len(TREES) or self.process.poll() is not None)
        time.sleep(random.random() ** 2 * 0.3)

    def over(self):
        status = finish(self.process, 30 * SECOND)
        eventually(lambda: not living(self.name), 2 * SECOND)
        return status, living(self.name)


def err():
    with open("err", encoding="utf-8", errors="replace") as f:
        return f.read()


def ends(weir, hostile, group, use, how):
    """Survivors, weir's status, and groups that are still there. A killed keeper leaves the engine to end its jobs."""
    options = ["--timeout", "0.5s"] if how == "timeout" else []
    trial = Trial(weir, hostile, group, use, *options)
    if how == "kill -9 of the engine":
        engine = engine_of(trial.process.pid)
        if engine:
            os.kill(engine, signal.SIGKILL)
    elif how == "kill -9 of the keeper":
        trial.process.kill()
    elif how != "timeout":
        trial.process.send_signal(signal.Signals[how])
    status, left = trial.over()
    if how == "kill -9 of the keeper":
        eventually(lambda: not living(trial.name) and not group.runs(), GONE_WITHIN if use == "require" else 3 * SECOND)
        left = living(trial.name)
    kill_living(trial.name)
    if status is None:
        trial.process.kill()
        trial.process.wait()
    return left, status, group.runs()


def killed_twice(weir, hostile, group):
    """How many lived on, whether the next weir said and ended that, and left a living run alone."""
    other = Trial(weir, hostile, group, "require")
    trial = Trial(weir, hostile, group, "require")
    engine = engine_of(trial.process.pid)
    for pid in (trial.process.pid, engine):
        os.kill(pid, signal.SIGSTOP)
    for pid in (engine, trial.process.pid):
        os.kill(pid, signal.SIGKILL)
    finish(trial.process)
    left = len(living(trial.name))
    done = subprocess.run([weir, "--cgroup", "require", "echo", ":::", "x"], preexec_fn=group.enter, capture_output=True, text=True,
                          timeout=60, check=False)
    eventually(lambda: not living(trial.name), GONE_WITHIN)
    still = len(living(trial.name))
    alone = len(living(other.name)) >= len(TREES)
    told = f"weir-{trial.process.pid}-" in done.stderr and done.stderr.count("left by a weir that was killed") == 1
    other.process.send_signal(signal.SIGTERM)
    _, others = other.over()
    for one in (trial, other):
        kill_living(one.name)
    ok = still == 0 and told and alone and done.stdout == "x\n" and not others
    return ok, left, f"{left} lived on, {still} after the next, told {told}, the other run untouched {alone}: {done.stderr.strip()[:200]}"


def main():
    arguments = Arguments(quick=1, ci=2, full=20)
    seed = random.randrange(10**6)
    random.seed(seed)
    print("seed", seed)
    with Rig("cgroup_rig") as rig:
        place, why = place_for_groups()
        if place is None or tempfile.gettempdir() not in os.getcwd():
            rig.skip("control groups", why or "no place for a setuid program")
            return
        os.chmod(".", 0o755)
        weir = shutil.copy(arguments.weir, os.path.abspath("weir"))
        os.chmod(weir, 0o755)
        hostile = compile_c("hostile", HOSTILE, ("-O1", f"-DMOST={MOST_PROCESSES}", f"-DLIVES={LIVES}"))
        os.chmod(hostile, 0o4755)
        group = Group(place)
        try:
            trials(rig, arguments, weir, hostile, group)
        finally:
            group.remove()


def without_groups(rig, arguments, weir, hostile, group):
    """Weir promises nothing here: it is no root, and /proc is all that it has."""
    with rig.figure("G3", "the same trees without control groups: how often each outlives weir (reported)") as figure:
        lived = {tree: Counter() for tree in TREES}
        for how, _ in ENDS:
            for _ in range(arguments.number):
                left, _, _ = ends(weir, hostile, group, "never", how)
                for tree in {TREES[int(name[-1]) - 1] for name in left.values()}:
                    lived[tree][how] += 1
        figure.measured = f"{len(ENDS) * arguments.number} ends: " + "; ".join(
            f"{tree} {sum(times.values())}" + (f" ({', '.join(times)})" if 0 < len(times) < len(ENDS) else "")
            for tree, times in lived.items())
        rig.case("without groups something lives on: this rig can fail", any(lived.values()), figure.measured)


def trials(rig, arguments, weir, hostile, group):
    with rig.figure("G1", "hostile trees in control groups, whatever ends them: nothing of a job is left") as figure:
        total = 0
        for how, expected in ENDS:
            wrong = []
            for _ in range(arguments.number):
                left, status, groups = ends(weir, hostile, group, "require", how)
                total += 1
                if left or groups or status is None or (expected is not None and status != expected):
                    wrong.append((len(left), status, groups, err()[:200]))
            rig.case(f"{arguments.number} times {how}", not wrong, wrong[:3] if wrong else "")
        figure.measured = f"{total} ends, {len(TREES)} trees each"
    without_groups(rig, arguments, weir, hostile, group)
    with rig.figure("G2", "kill -9 of both processes of weir: the next one ends and tells what is left, and touches no living run") as figure:
        most = 0
        for _ in range(arguments.number):
            ok, left, detail = killed_twice(weir, hostile, group)
            most = max(most, left)
            rig.case("kill -9 of both", ok and left > 0, detail if not ok or not left else f"{left} lived on")
        figure.measured = f"{arguments.number} times, up to {most} processes left, 0 after the next weir"


if __name__ == "__main__":
    main()
