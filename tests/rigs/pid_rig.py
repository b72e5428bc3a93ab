#!/usr/bin/env python3
"""Pids that come round again every moment: weir never signals a process that is not of its jobs.

    pid_rig.py WEIR [JOBS | --quick | --ci]        R20

In a pid namespace of 400 pids, bystanders start and end all the time while weir runs JOBS jobs (2000) that time
out, leave children behind and are swept up. A bystander that dies of a signal, or hears one, was hit by mistake.
A program that makes the known mistake, to signal a pid that it has reaped, shows that they are hit then.
"""
import os
import platform
import subprocess

from rig import Rig, compile_c, environment, new_id
from tool import Arguments

# In a session of its own, so that nothing but a wrong pid reaches it.
BYSTANDERS = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static volatile sig_atomic_t over;
static void end(int s) { (void)s; over = 1; }
static void heard(int s) { _exit(100 + s % 100); }
int main(void) {
  int running = 0;
  long hit = 0, started = 0, rounds = 0;
  pid_t last = 0;
  setsid();
  signal(SIGUSR1, end);
  while (!over || running > 0) {
    if (!over && running < 60) {
      const pid_t pid = fork();
      if (pid == 0) {
        signal(SIGUSR1, SIG_IGN);
        signal(SIGTERM, heard);
        signal(SIGCONT, heard);
        struct timespec t = {0, 5000000 + rand() % 20000000};
        nanosleep(&t, 0);
        _exit(0);
      }
      if (pid > 0) { ++running; ++started; rounds += pid < last; last = pid; }
    }
    int status;
    struct timespec t = {0, 200000};
    while (waitpid(-1, &status, WNOHANG) > 0) {
      --running;
      hit += status != 0;
    }
    nanosleep(&t, 0);
  }
  printf("%ld hit of %ld, pids came round %ld times\n", hit, started, rounds);
  return 0;
}
"""
MISTAKEN = r"""
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(int argc, char** argv) {
  (void)argc;
  pid_t reaped[100];
  for (int round = atoi(argv[1]) / 100; round-- > 0;) {
    for (int i = 0; i < 100; ++i) {
      const pid_t pid = fork();
      if (pid == 0) _exit(0);
      if (pid > 0) waitpid(pid, 0, 0);
      reaped[i] = pid;
    }
    struct timespec t = {0, 200000000};
    nanosleep(&t, 0);
    for (int i = 0; i < 100; ++i) if (reaped[i] > 1) kill(reaped[i], SIGTERM);
  }
  return 0;
}
"""
SCRIPT = ("case $(({#} % 5)) in 0) sleep 5;; 1) sleep 5 & sleep 5 & wait;; 2) (setsid sleep 0.01 &) ;; "
          "3) trap '' TERM; sleep 5; sleep 5;; *) :;; esac")


def in_namespace(command, bystanders):
    """Runs it beside the bystanders, with 400 pids. Returns what they said."""
    script = (f"echo 400 > /proc/sys/kernel/pid_max || exit 9; {bystanders} > said & b=$!; "
              f"{command}; kill -USR1 $b; wait $b; cat said")
    done = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", script], capture_output=True, text=True,
                          env=environment(new_id()), timeout=900, check=False)
    return done.stdout.strip(), done.stderr.strip()


def own_pid_max():
    """From Linux 6.14 on pid_max is the namespace's own; before, this would be the whole machine's."""
    major, minor = (int(word) for word in platform.release().split("-")[0].split(".")[:2])
    return (major, minor) >= (6, 14) and os.getuid() == 0


def hit(said):
    return int(said.split()[0]) if said[:1].isdigit() else None


def main():
    arguments = Arguments(quick=100, ci=500, full=2000)
    jobs = arguments.number
    with Rig("pid_rig") as rig, rig.figure("R20", "400 pids that come round: 0 strangers signalled") as figure:
        if not own_pid_max():
            return rig.skip("pid reuse", "needs root and a pid_max for each namespace (Linux 6.14)")
        bystanders = compile_c("bystanders", BYSTANDERS)
        mistaken = compile_c("mistaken", MISTAKEN)
        for _ in range(4):
            said, _ = in_namespace(f"{mistaken} 500", bystanders)
            if hit(said):
                break
        rig.case("who signals what was reaped hits bystanders: this rig can fail", (hit(said) or 0) > 0, said)
        said, err = in_namespace(f"seq {jobs} | {arguments.weir} -q -j20 --timeout 50ms --close-timeout 50ms "
                                 f"'{SCRIPT.replace(chr(39), chr(39) + chr(92) + chr(39) + chr(39))}'; echo exit $? >&2", bystanders)
        figure.measured = said or err[-200:]
        rig.case(f"{jobs} jobs", hit(said) == 0 and "exit 1" in err, f"{said}; {err[-100:]!r}")


if __name__ == "__main__":
    main()
