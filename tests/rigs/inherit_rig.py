#!/usr/bin/env python3
"""A job starts in the surroundings that weir was started in, whatever weir needs for itself.

    inherit_rig.py WEIR [TRIALS | --quick | --ci] [--peer xargs|parallel]        R22

Blocked and ignored signals, limits, umask, niceness, scheduling, directory, and descriptors from 3 on are set
to TRIALS (40) random combinations; a program says what it finds when it is started directly, and
when it is a job: in both ways of starting it (clone3, and posix_spawn where that fails), as a program and by the shell.
An ignored SIGCHLD is not handed on by posix_spawn: weir would have to ignore it meanwhile, and would lose jobs.
"""
import os
import random
import resource
import shutil
import signal
import subprocess

from rig import Rig, compile_c, environment, new_id
from tool import Arguments

SURROUNDINGS = r"""
#define _GNU_SOURCE
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int argc, char** argv) {
  (void)argc; (void)argv;
  sigset_t mask;
  struct sigaction action;
  sigprocmask(SIG_BLOCK, 0, &mask);
  for (int s = 1; s < 65; ++s) {
    if (s == 32 || s == 33 || sigaction(s, 0, &action)) continue;
    if (sigismember(&mask, s)) printf("blocked %d\n", s);
    if (action.sa_handler == SIG_IGN) printf("ignored %d\n", s);
  }
  for (int i = 0; i < RLIM_NLIMITS; ++i) {
    struct rlimit limit;
    if (!getrlimit(i, &limit)) printf("limit %d %ld %ld\n", i, (long)limit.rlim_cur, (long)limit.rlim_max);
  }
  const mode_t mode = umask(0);
  printf("umask %o\nnice %d\nscheduler %d\ndumpable %d\nsubreaper-free %d\n", (unsigned)mode,
         getpriority(PRIO_PROCESS, 0), sched_getscheduler(0), prctl(PR_GET_DUMPABLE), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  char directory[4096], path[64], to[4096];
  printf("directory %s\n", getcwd(directory, sizeof directory));
  for (int fd = 3; fd < 300; ++fd) {
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const ssize_t n = readlink(path, to, sizeof to - 1);
    if (n > 0) printf("descriptor %d %.*s\n", fd, (int)n, to);
  }
  return 0;
}
"""
# SIGCHLD ignored, too: some tools hang then.
SIGNALS = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD, signal.SIGUSR1,
           signal.SIGUSR2, signal.SIGALRM, signal.SIGTSTP, signal.SIGTTOU, signal.SIGWINCH, signal.SIGRTMIN + 3]
LIMITS = [(resource.RLIMIT_NOFILE, 256), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_STACK, 1 << 22),
          (resource.RLIMIT_FSIZE, 1 << 30), (resource.RLIMIT_CPU, 1000)]


class Odd:
    """One random combination, to be set in the child before exec."""

    def __init__(self, never_ignored=()):
        self.blocked = random.sample(SIGNALS, random.randrange(5))
        self.ignored = [number for number in random.sample(SIGNALS, random.randrange(5)) if number not in never_ignored]
        self.limits = random.sample(LIMITS, random.randrange(len(LIMITS)))
        self.umask = random.choice((0, 0o22, 0o27, 0o77))
        self.nice = random.randrange(4)
        self.descriptors = random.sample(range(3, 40), random.randrange(4))

    def __call__(self):
        os.umask(self.umask)
        os.nice(self.nice)
        for which, soft in self.limits:
            resource.setrlimit(which, (soft, resource.getrlimit(which)[1]))
        for fd in self.descriptors:
            os.dup2(os.open("/dev/zero", os.O_RDONLY), fd)
            os.set_inheritable(fd, True)
        os.closerange(60, 256)
        for number in self.ignored:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, self.blocked)


def said(argv, odd):
    done = subprocess.run(argv, preexec_fn=odd, env=environment(new_id()), capture_output=True, text=True, timeout=30,
                          stdin=subprocess.DEVNULL, close_fds=False, check=False)
    return set(done.stdout.splitlines()) or {f"nothing was printed: {done.stderr}"}


def commands(tool, program):
    if not tool.is_weir:
        argv = {"xargs": ["xargs", "-a", "one", "-n1", program], "parallel": ["parallel", "--will-cite", "-a", "one", program]}
        return [(tool.name, [program], argv[tool.name])]
    weir = [tool.path, "-q"]
    found = [("a program", [program], [*weir, program, ":::", "x"]),
             ("raw", [program], [*weir, "-u", program, ":::", "x"]),
             ("a script", ["/bin/sh", "-c", f"{program} && :"], [*weir, f"{program} && : {{}}", ":::", "x"])]
    if shutil.which("strace"):
        found.append(("by posix_spawn", [program], ["strace", "-f", "-o", "/dev/null", "-e", "trace=clone3", "-e",
                                                    "inject=clone3:error=ENOSYS", *weir, program, ":::", "x"]))
    return found


def main():
    arguments = Arguments(quick=4, ci=10, full=40)
    seed = random.randrange(10**6)
    random.seed(seed)
    print("seed", seed)
    with Rig("inherit_rig") as rig, rig.figure("R22", "mask, dispositions, limits, umask, descriptors of a job equal "
                                               "weir's at start") as figure:
        program = compile_c("surroundings", SURROUNDINGS)
        with open("one", "w", encoding="ascii") as f:
            f.write("x\n")
        compared = 0
        for name, directly, as_job in commands(arguments.tool, program):
            differing = []
            for _ in range(arguments.number):
                odd = Odd([signal.SIGCHLD] if "posix_spawn" in name else [])
                differing += sorted(said(directly, odd) ^ said(as_job, odd))
                compared += 1
            rig.case(f"{name}, {arguments.number} combinations", not differing, differing[:6] or "")
        figure.measured = f"{compared} combinations, {len(figure.failures)} ways with differences"


if __name__ == "__main__":
    main()
