#!/usr/bin/env python3
"""Thousands of jobs that run at once: all of them do, and Ctrl-C ends all of them in a second.

    many_rig.py WEIR [JOBS | --quick | --ci] [--peer xargs|parallel]        R2, R11

JOBS jobs (10000) wait for one sign, so that all have to run at once, and then print a line each. A fifth
as many run when Ctrl-C is pressed; they obey. The limit of descriptors is raised for it where that is allowed.
"""
import os
import resource
import time

from rig import (Rig, compile_c, engine_of, eventually, finish, kill_all, lasting_survivors, new_id, peak_kb, start)
from terminal import Terminal
from tool import Arguments

WAITER = r"""
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
  /* Opens only when the writer does. */
  int fd = open("sign", O_RDONLY);
  if (argc < 2 || fd < 0) return 1;
  char line[64] = "";
  strcat(strcat(line, argv[1]), "\n");
  return write(1, line, strlen(line)) < 0;
}
"""
PROMISED = 1.0


def more_descriptors():
    """Three for each job of a group; 0: a process of this user may not have so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for most in (65536, hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, most), max(hard, most)))
            return resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        except (OSError, ValueError):
            pass
    return hard


def waiting(name):
    """How many processes of that program there are."""
    found = 0
    for pid in os.listdir("/proc"):
        if pid.isdigit():
            try:
                with open(f"/proc/{pid}/comm", "rb") as f:
                    found += f.read() == name.encode() + b"\n"
            except OSError:
                pass
    return found


def items_file(count):
    with open("items", "w", encoding="ascii") as f:
        f.writelines(f"{i}\n" for i in range(count))


def at_once(rig, tool, waiter, count, options):
    items_file(count)
    run_id = new_id()
    with open("items", "rb") as items, open("out", "wb") as out:
        process = start(tool.items(0 if tool.is_weir else count, [waiter], *options), run_id, stdin=items, stdout=out)
    reached = []

    def all_wait():
        reached.append(waiting(os.path.basename(waiter)))
        return reached[-1] >= count or process.poll() is not None

    eventually(all_wait, 120, 0.1)
    peak = peak_kb(engine_of(process.pid) or process.pid)
    # From now on open(2) of a reader succeeds, also of one that comes late.
    sign = os.open("sign", os.O_RDWR)
    status = finish(process, 120)
    os.close(sign)
    with open("out", "rb") as out:
        lines = out.read().split()
    left = lasting_survivors(run_id)
    kill_all(run_id)
    with rig.figure("R11", f"{count} jobs running at once, all end") as figure:
        figure.measured = f"{max(reached)} at once, exit {status}, RSS {peak / 1024:.0f} MB" + ("; with -u, for want of descriptors" if options else "")
        rig.case(f"{count} at once", max(reached) == count and status == 0 and not left and
                 sorted(map(int, lines)) == list(range(count)), figure.measured)


def ctrl_c(rig, tool, waiter, count):
    items_file(count)
    run_id = new_id()
    terminal = Terminal(tool.items(0 if tool.is_weir else count, [waiter]), run_id, stdin="items")
    up = eventually(lambda: terminal.pump() or waiting(os.path.basename(waiter)) == count, 60, 0.05)
    begin = time.monotonic()
    terminal.press(b"\x03")
    word = terminal.next_word(30)
    took = time.monotonic() - begin
    left = len(lasting_survivors(run_id, 1))
    terminal.close()
    kill_all(run_id)
    with rig.figure("R2", f"{count} running jobs, Ctrl-C: 0 orphans, under {PROMISED:.0f} s") as figure:
        figure.measured = f"{left} orphans, {took:.2f} s"
        figure.late = took > PROMISED
        rig.case(f"Ctrl-C with {count} jobs", up and word == "ended -2" and left == 0, f"{figure.measured}, {word}")


def main():
    arguments = Arguments(quick=500, ci=2500, full=10_000)
    count = arguments.number
    with Rig("many_rig") as rig:
        waiter = compile_c(f"wait{os.getpid()}", WAITER)
        os.mkfifo("sign")
        ctrl_c(rig, arguments.tool, waiter, max(100, count // 5))
        most = more_descriptors()
        # Three for each job whose output is collected.
        at_once(rig, arguments.tool, waiter, count, [] if most > 3 * count + 100 else ["-u"])


if __name__ == "__main__":
    main()
