#!/usr/bin/env python3
"""What the process in front costs: start-up, and memory.

    front_rig.py WEIR [STARTS | --quick | --ci]

STARTS (500) runs of one job, in turns with and without the keeper: the latter has a fork(2) that fails (seccomp(2)), and
weir then goes on alone. The memory is what weir has for itself alone while a job runs, with the keeper and without: anonymous pages,
those that both share counted once, and page tables.
"""
import os
import subprocess

from pairs import milliseconds_more
from rig import Rig, compile_c, engine_of, eventually, finish, kill_all, new_id, start, status_kb
from stream_rig import noop_program
from tool import Arguments

MOST_MS, MOST_KB = 0.5, 2048
NO_FORK = r"""
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
/* PROGRAM [ARG...]: with NO_FORK in the environment it cannot fork. Without, it has a filter too, which costs as much. */
int main(int argc, char** argv) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, getenv("NO_FORK") ? SECCOMP_RET_ERRNO | EAGAIN : SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 9;
  execv(argv[1], argv + 1);
  return 9;
}
"""


def own_kb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("Pss_Anon:")) + status_kb(pid, "VmPTE")


def memory_kb(argv, **env):
    """Of keeper and engine together, and whether there are two."""
    run_id = new_id()
    process = start([*argv, "-q", "-j1", "sh", "-c", ": > up; exec sleep 1000", ":::", "x"], run_id, env=env,
                    stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    eventually(lambda: os.path.exists("up"), 30)
    engine = engine_of(process.pid)
    both = own_kb(process.pid) + (own_kb(engine) if engine else 0)
    process.terminate()
    finish(process)
    kill_all(run_id)
    os.unlink("up")
    return both, engine is not None


def main():
    arguments = Arguments(quick=30, ci=100, full=500)
    weir, starts = arguments.weir, arguments.number
    with Rig("front_rig") as rig:
        filtered = [compile_c("no_fork", NO_FORK), weir]
        run = [*filtered, "-q", noop_program(), ":::", "x"]
        with rig.figure("keeper", f"under {MOST_MS} ms of start-up") as figure:
            more, cpu = milliseconds_more(starts, run, run, "NO_FORK")
            figure.measured = f"{more:.2f} ms, {cpu:.2f} ms of CPU, medians of {starts}"
            figure.late = max(more, cpu) >= MOST_MS
            rig.case("start-up", more < float("inf"), figure.measured)
        with rig.figure("keeper", f"under {MOST_KB // 1024} MB of memory") as figure:
            kept, divided = memory_kb(filtered)
            alone, still_divided = memory_kb(filtered, NO_FORK="1")
            figure.measured = f"{(kept - alone) / 1024:.2f} MB of {kept / 1024:.1f} MB"
            rig.case("memory", divided and not still_divided and kept - alone < MOST_KB, figure.measured)


if __name__ == "__main__":
    main()
