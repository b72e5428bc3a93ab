#!/usr/bin/env python3
"""What a job costs weir, in counts: system calls and allocations. No times, so nothing is noisy.

    cost_rig.py WEIR

The difference between a long and a short run of a program that only exits is divided by the jobs
between them, so that what a run costs once is not in it. System calls are counted by strace, those of
the jobs themselves not among them; allocations by a malloc that is loaded before the C library's.
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
# pipe2 2, clone3 1, epoll_ctl 1 + 1, close 5, waitid 1, reads 2, and a turn of the loop: epoll_wait 2 or 3, epoll_ctl 1;
# 4 more of epoll_ctl where a job takes longer than 10 ms, as it may on a busy machine.
LEAST_SYSCALLS = 10.0  # fewer cannot be: then something else was counted
MOST_SYSCALLS = 20.0
MOST_SYSCALLS_WITH_JOURNAL = 21.5
MOST_JOURNAL_WRITES = 1.3  # the end of a job is written with the start of the next
MOST_ALLOCATIONS = 6.0

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
    """Lines of the process that made most of them: neither the keeper in front nor any job comes near."""
    write_lines("lines", os.path.abspath("noop"), count)
    with open("lines", "rb") as lines:
        subprocess.run(["strace", "-f", "-qq", "-e", "signal=none", "-o", "calls", weir, "-j4", *options],
                       stdin=lines, check=True)
    with open("calls", encoding="utf-8", errors="replace") as f:
        # A call that another process interrupts has a second line.
        made = collections.Counter(line.split(None, 1)[0] for line in f if " resumed>" not in line)
    return made.most_common(1)[0][1]


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
    """The least of up to three looks: on a busy machine fewer events come together in a turn of the loop."""
    least = None
    for _ in range(3):
        made = (measure(LONG) - measure(SHORT)) / (LONG - SHORT)
        least = made if least is None else min(least, made)
        if least <= most:
            break
    return least


def main():
    weir = Arguments(quick=1, ci=1, full=1).weir
    with Rig("cost_rig") as rig:
        compile_c("noop", "int main(void) { return 0; }")
        if shutil.which("strace") is None:
            rig.skip("system calls", "strace is not installed")
        else:
            calls = per_job(lambda count: syscalls_of_engine(weir, count, []), MOST_SYSCALLS)
            rig.case("system calls a job", LEAST_SYSCALLS < calls <= MOST_SYSCALLS, f"{calls:.1f} of at most {MOST_SYSCALLS}")
            calls = per_job(lambda count: syscalls_of_engine(weir, count, ["--journal", f"journal.{count}"]),
                            MOST_SYSCALLS_WITH_JOURNAL)
            rig.case("system calls a job, with a journal", LEAST_SYSCALLS < calls <= MOST_SYSCALLS_WITH_JOURNAL,
                     f"{calls:.1f} of at most {MOST_SYSCALLS_WITH_JOURNAL}")
            writes = per_job(lambda count: journal_writes(weir, count), MOST_JOURNAL_WRITES)
            rig.case("writes to the journal a job", 0 < writes <= MOST_JOURNAL_WRITES,
                     f"{writes:.1f} of at most {MOST_JOURNAL_WRITES}")
        preloaded("counter", COUNTER)
        made = per_job(lambda count: allocations(preloadable(weir), count), MOST_ALLOCATIONS)
        rig.case("allocations a job", 0 < made <= MOST_ALLOCATIONS, f"{made:.1f} of at most {MOST_ALLOCATIONS}")


if __name__ == "__main__":
    main()
