#!/usr/bin/env python3
"""What a job costs weir, in counts: system calls and allocations. No times; but some counts depend on time.

    cost_rig.py WEIR

The difference between a long and a short run of a program that only exits is divided by the jobs
between them, so that what a run costs once is not in it. System calls are counted by strace, those of
the jobs themselves not among them; allocations by a malloc that is loaded before the C library's.

What a job needs is the same on any machine: its process, pipes and descriptors. How often the loop turns and looks
is not: on a busy machine fewer events come together in a turn, and output is watched of jobs that take longer than
10 ms. These calls are judged by the least of several tries, and where the machine is never idle, by what there
can be at most, when every event has a turn of its own.
"""
import collections
import os
import shutil
import struct
import subprocess

from pairs import preloaded
from rig import Rig, compile_c
from tool import Arguments, preloadable

SHORT, LONG = 100, 500
TRIES = 6
# pipe2 2, clone3 1, close 5, waitid 1.
LEAST_NEEDED = 9.0  # fewer cannot be: then something else was counted
MOST_NEEDED = 9.6
# A turn of the loop, what is watched in it and read, its timer, and looks at the children.
TIMED = ("epoll_wait", "epoll_ctl", "timerfd_settime", "read", "preadv2", "pread64", "prlimit64")
MOST_TIMED, MOST_TIMED_BUSY = 10.0, 20.0
# The end of a job is written with the start of the next, where both are in one turn.
MOST_JOURNAL_WRITES, MOST_JOURNAL_WRITES_BUSY = 1.3, 2.1
MOST_ALLOCATIONS, MOST_ALLOCATIONS_BUSY = 6.0, 9.0

COUNTER = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
void *__libc_malloc(size_t);
static unsigned long *count;
__attribute__((constructor)) static void begin(void) {
  int fd = open(getenv("COUNT_FILE"), O_RDWR);
  if (fd >= 0) count = mmap(0, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  unsetenv("LD_PRELOAD");
}
void *malloc(size_t size) {
  if (count) ++*count;
  return __libc_malloc(size);
}
"""


def write_lines(path, line, count):
    with open(path, "w", encoding="ascii") as f:
        f.write(f"{line}\n" * count)


def syscalls_of_engine(weir, count, options):
    """By their names, of the process that made most of them: neither the keeper in front nor any job comes near."""
    write_lines("lines", os.path.abspath("noop"), count)
    with open("lines", "rb") as lines:
        subprocess.run(["strace", "-f", "-qq", "-e", "signal=none", "-o", "calls", weir, "-j4", *options],
                       stdin=lines, check=True)
    with open("calls", encoding="utf-8", errors="replace") as f:
        # A call that another process interrupts has a second line.
        made = collections.Counter((line.split(None, 1)[0], line.split(None, 1)[1].split("(", 1)[0])
                                   for line in f if " resumed>" not in line)
    engine = collections.Counter(pid for pid, _ in made.elements()).most_common(1)[0][0]
    return {call: count for (pid, call), count in made.items() if pid == engine}


def needed(made):
    return sum(count for call, count in made.items() if call not in TIMED and call != "write")


def timed(made):
    return sum(count for call, count in made.items() if call in TIMED)


def journal_writes(weir, count):
    syscalls_of_engine(weir, count, ["--journal", f"writes.{count}"])
    with open("calls", encoding="utf-8", errors="replace") as f:
        return sum(" write(" in line and r'"{\"type\":' in line for line in f)


def allocations(weir, count):
    write_lines("lines", os.path.abspath("noop"), count)
    with open("count", "wb") as f:
        f.write(bytes(8))
    with open("lines", "rb") as lines:
        subprocess.run([weir, "-j4"], stdin=lines, check=True,
                       env={**os.environ, "LD_PRELOAD": os.path.abspath("counter.so"), "COUNT_FILE": "count"})
    with open("count", "rb") as f:
        return struct.unpack("L", f.read())[0]


def per_job(measure, most):
    """The least of up to so many tries."""
    least = None
    for _ in range(TRIES):
        made = (measure(LONG) - measure(SHORT)) / (LONG - SHORT)
        least = made if least is None else min(least, made)
        if least <= most:
            break
    return least


def judge(rig, name, made, most, most_busy, least=0.0):
    busy = "" if made <= most else f"; at most {most} where the machine is idle"
    rig.case(name, least < made <= most_busy, f"{made:.1f} of at most {most if not busy else most_busy}{busy}")


def system_calls(rig, weir, name, options):
    def calls(what):
        return lambda count: what(syscalls_of_engine(weir, count, options(count)))
    judge(rig, f"system calls that a job needs{name}", per_job(calls(needed), MOST_NEEDED), MOST_NEEDED, MOST_NEEDED,
          LEAST_NEEDED - 0.1)
    judge(rig, f"system calls of the loop a job{name}", per_job(calls(timed), MOST_TIMED), MOST_TIMED, MOST_TIMED_BUSY)


def main():
    weir = Arguments(quick=1, ci=1, full=1).weir
    with Rig("cost_rig") as rig:
        compile_c("noop", "int main(void) { return 0; }")
        if shutil.which("strace") is None:
            rig.skip("system calls", "strace is not installed")
        else:
            system_calls(rig, weir, "", lambda count: [])
            system_calls(rig, weir, ", with a journal", lambda count: ["--journal", f"journal.{count}"])
            judge(rig, "writes to the journal a job", per_job(lambda count: journal_writes(weir, count), MOST_JOURNAL_WRITES),
                  MOST_JOURNAL_WRITES, MOST_JOURNAL_WRITES_BUSY)
        preloaded("counter", COUNTER)
        judge(rig, "allocations a job", per_job(lambda count: allocations(preloadable(weir), count), MOST_ALLOCATIONS),
              MOST_ALLOCATIONS, MOST_ALLOCATIONS_BUSY)


if __name__ == "__main__":
    main()
