#!/usr/bin/env python3
"""Lines that stream: constant memory for a million, and no waiting for the next one.

    stream_rig.py WEIR [LINES]

LINES lines (1000000) of a program that only exits: the peak of the resident size must stay under 10 MB.
And a slow producer: each job must start, and its output appear, soon after its line (50 ms is what is
promised; 500 ms is judged, for busy machines), without a next line.
"""
import os
import select
import subprocess
import sys
import time

from rig import Rig, compile_c, engine_of, finish, kill_all, new_id, number_of, start, weir_of

LARGEST_KB = 10 * 1024
PROMISED, JUDGED = 0.05, 0.5
DEADLINE = 5.0


def peak_kb(pid):
    """VmHWM: of the program itself. ru_maxrss would include the process that started it."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as f:
            return next((int(line.split()[1]) for line in f if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def many_lines(rig, name, argv, line, count):
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
    rig.case(f"{count} {name}", process.returncode == 0 and peak < LARGEST_KB,
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
    promised = "" if max(delays) < PROMISED else " (over the 50 ms that are promised)"
    rig.case(f"slow producer, {name}", max(delays) < JUDGED and status == 0,
             f"slowest {max(delays) * 1e3:.1f} ms, median {sorted(delays)[len(delays) // 2] * 1e3:.1f} ms{promised}")


def main():
    weir = weir_of(sys.argv)
    count = number_of(sys.argv, 1_000_000)
    with Rig("stream_rig") as rig:
        noop = compile_c("noop", "void _start(void) { __asm__ volatile(\"syscall\" : : \"a\"(231), \"D\"(0)); "
                         "__builtin_unreachable(); }", ("-Os", "-nostdlib", "-s")) \
            if os.uname().machine == "x86_64" else compile_c("noop", "int main(void) { return 0; }")
        slow_producer(rig, "command lines", [weir, "-j2"], "echo line %d\n")
        slow_producer(rig, "items", [weir, "-j2", "echo", "line"], "%d\n")
        slow_producer(rig, "items, -k", [weir, "-k", "-j2", "echo", "line"], "%d\n")
        slow_producer(rig, "lines of jobs that go on", [weir, "-j0", "--line-buffer", "--halt", "now,success=30"],
                      "echo line %d; exec sleep 0.7\n")
        slow_producer(rig, "-j1, live", [weir, "-j1"], "echo line %d\n")
        many_lines(rig, "command lines", [weir, "-j4"], noop + "\n", count)
        many_lines(rig, "items with -k --tag", [weir, "-j4", "-k", "--tag", noop], "item\n", max(1, count // 10))


if __name__ == "__main__":
    main()
