#!/usr/bin/env python3
"""Lines that stream: constant memory for a million, and no waiting for the next one.

    stream_rig.py WEIR [LINES | --quick | --ci] [--peer xargs|parallel]        R10, R16

LINES lines (1000000) of a program that only exits: the peak of the resident size must stay under 10 MB,
or under 64 MB when it goes on with a journal that knows all of them. The code of a debug build takes some MB by itself:
16 MB there. And a slow producer: each job must start, and
its output appear, without a next line, 50 ms after its line at most.
"""
import os
import select
import shutil
import subprocess
import sys
import time

from rig import Rig, compile_c, engine_of, finish, kill_all, new_id, peak_kb, start
from tool import Arguments

LARGEST_KB, LARGEST_DEBUG_KB, LARGEST_RESUMED_KB = 10 * 1024, 16 * 1024, 64 * 1024
PROMISED, DEADLINE = 0.05, 10.0


def largest_of(program):
    sections = subprocess.run(["readelf", "-SW", program], capture_output=True, check=False).stdout
    return LARGEST_DEBUG_KB if b".debug_info" in sections else LARGEST_KB


def many_lines(rig, name, argv, line, count, largest=None):
    largest = largest or largest_of(shutil.which(argv[0]))
    run_id = new_id()
    feeder = subprocess.Popen([sys.executable, "-c", "import sys\nfor _ in range(int(sys.argv[1])):"
                               " sys.stdout.write(sys.argv[2])", str(count), line], stdout=subprocess.PIPE)
    process = start(argv, run_id, stdin=feeder.stdout, stdout=subprocess.DEVNULL)
    feeder.stdout.close()
    peak = 0
    begin = time.monotonic()
    engine = None
    while process.poll() is None:
        engine = engine or engine_of(process.pid)
        peak = max(peak, peak_kb(process.pid), peak_kb(engine))
        time.sleep(0.02)
    feeder.wait()
    took = time.monotonic() - begin
    with rig.figure("R10", f"{count} {name}: RSS under {largest // 1024} MB") as figure:
        figure.measured = f"{peak / 1024:.1f} MB"
        rig.case(f"{count} {name}", process.returncode == 0 and peak < largest,
                 f"{peak} KB at most, exit {process.returncode}, {took / count * 1e6:.0f} µs a job")


def first_bytes(fd):
    return os.read(fd, 65536) if select.select([fd], [], [], DEADLINE)[0] else b""


def slow_producer(rig, name, argv, line):
    run_id = new_id()
    process = start(argv, run_id, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    delays = []
    for number in range(30):
        begin = time.monotonic()
        os.write(process.stdin.fileno(), (line % number).encode())
        seen = first_bytes(process.stdout.fileno())
        delays.append(time.monotonic() - begin)
        if seen != b"line %d\n" % number:
            delays[-1] = DEADLINE
            break
    process.stdin.close()
    status = finish(process)
    kill_all(run_id)
    with rig.figure("R16", f"slow producer, {name}: output within 50 ms of the line") as figure:
        median = sorted(delays)[len(delays) // 2]
        figure.measured = f"slowest {max(delays) * 1e3:.1f} ms, median {median * 1e3:.1f} ms"
        # The slowest of thirty is the machine's when the median is far below.
        figure.late = max(delays) >= PROMISED
        rig.case(f"slow producer, {name}", max(delays) < DEADLINE and status == 0, figure.measured)


def noop_program():
    if os.uname().machine != "x86_64":
        return compile_c("noop", "int main(void) { return 0; }")
    return compile_c("noop", "void _start(void) { __asm__ volatile(\"syscall\" : : \"a\"(231), \"D\"(0)); "
                     "__builtin_unreachable(); }", ("-Os", "-nostdlib", "-s"))


def main():
    arguments = Arguments(quick=3000, ci=40_000, full=1_000_000)
    tool, weir, count = arguments.tool, arguments.weir, arguments.number
    with Rig("stream_rig") as rig:
        noop = noop_program()
        slow_producer(rig, "command lines", tool.lines(2), "echo line %d\n")
        slow_producer(rig, "items", tool.items(2, ["echo", "line"]), "%d\n")
        many_lines(rig, "command lines", tool.lines(4), noop + "\n", count)
        if not tool.is_weir:
            return
        slow_producer(rig, "items, -k", [weir, "-k", "-j2", "echo", "line"], "%d\n")
        slow_producer(rig, "lines of jobs that go on", [weir, "-j0", "--line-buffer", "--halt", "now,success=30"],
                      "echo line %d; exec sleep 0.7\n")
        slow_producer(rig, "-j1, live", [weir, "-j1"], "echo line %d\n")
        many_lines(rig, "items with -k --tag", [weir, "-j4", "-k", "--tag", noop], "item\n", max(1, count // 10))
        journal = [weir, "-q", "-j4", "--sync", "none"]
        many_lines(rig, "lines with a journal", [*journal, "--journal", "journal"], noop + "\n", count)
        many_lines(rig, "lines, resumed: all are known", [*journal, "--resume", "journal"], noop + "\n", count,
                   LARGEST_RESUMED_KB)


if __name__ == "__main__":
    main()
