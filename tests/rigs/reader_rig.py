#!/usr/bin/env python3
"""A reader that is stuck: a pipe, a FIFO, a socket, a terminal that was stopped with Ctrl-S.

    reader_rig.py WEIR [TRIALS | --quick | --ci]        R27

In every output mode, with stdout, stderr or both stuck, under INT, TERM, HUP, QUIT and kill -9 of the keeper and of
the engine: weir must be over within --close-timeout and the time that jobs take to end, nothing may stay, and where
it can say so it tells what was not written, with exit status 3. A second signal is answered at once. A reader that
reads is shown to get all of it: the rig can tell the two apart.
"""
import fcntl
import glob
import os
import select
import signal
import socket
import time

from rig import (SECOND, Rig, engine_of, eventually, finish, kill_all, lasting_survivors, new_id, start,
                 survivors)
from terminal import Terminal
from tool import Arguments

GRACE = 0.3
PROMISED, JUDGED = GRACE + 1.0, 15 * SECOND
MODES = ("-q", "-q -k", "-q --output line", "-q --tag", "-q -j1", "-q -k --results r.jsonl --report r.md", "--summary")
# More than the pipe holds that nobody reads, and less than that with the job's own.
FILLING = 1_080_000
COMMAND = (f"head -c {FILLING} /dev/zero | tr '\\0' x; : > filled{{}}; "
           f"head -c {8_000_000 - FILLING} /dev/zero | tr '\\0' x")
SIGNALS = {"INT": signal.SIGINT, "TERM": signal.SIGTERM, "HUP": signal.SIGHUP, "QUIT": signal.SIGQUIT}


class Stuck:
    """Something to write to whose reader does not read."""

    def __init__(self, kind):
        if kind == "socket":
            ours, theirs = socket.socketpair()
            self.reader, self.writer = ours.detach(), theirs.detach()
        elif kind == "FIFO":
            os.mkfifo("fifo")
            self.reader = os.open("fifo", os.O_RDONLY | os.O_NONBLOCK)
            self.writer = os.open("fifo", os.O_WRONLY)
            os.unlink("fifo")
        else:
            self.reader, self.writer = os.pipe()

        if kind != "socket":
            fcntl.fcntl(self.reader, 1031, 1 << 20)  # F_SETPIPE_SZ: weir would widen it once it is full

    def is_full(self):
        return not select.select([], [self.writer], [], 0)[1]

    def close(self):
        os.close(self.reader)
        os.close(self.writer)


def begin(weir, kind, mode, where, run_id, patience=GRACE):
    stuck = Stuck(kind)
    for mark in glob.glob("filled*"):
        os.unlink(mark)
    with open("said", "wb") as said:
        streams = {"stdout": stuck.writer if where != "stderr" else said,
                   "stderr": stuck.writer if where != "stdout" else said}
        command = COMMAND if where == "stdout" else f"({COMMAND}) >&2"
        process = start([weir, "--close-timeout", f"{patience}s", *mode.split(), command, ":::", "1", "2"], run_id, **streams)
    # And something is left over that weir or its pipe holds.
    eventually(lambda: stuck.is_full() and glob.glob("filled*"))
    return process, stuck


def over(process, run_id, since):
    """Exit status, survivors, and how long it took until both were known."""
    status = finish(process, JUDGED)
    left = lasting_survivors(run_id, JUDGED)
    took = time.monotonic() - since
    kill_all(run_id)
    return status, left, took


def read_said():
    with open("said", encoding="utf-8", errors="replace") as f:
        return f.read()


def signalled(rig, weir, kind, mode, where, name):
    run_id = new_id()
    process, stuck = begin(weir, kind, mode, where, run_id)
    since = time.monotonic()
    process.send_signal(SIGNALS[name])
    status, left, took = over(process, run_id, since)
    stuck.close()
    told = where != "stdout" or "output was not written" in read_said()
    ok = status == 3 and not left and told
    rig.case(f"{kind}, {mode}, {where}, {name}", ok, f"exit {status}, {len(left)} left, {took:.2f} s, {read_said()[-120:]!r}")
    return took


def insisted(rig, weir, mode):
    """A second signal, 0.4 s after the first: the same one within 300 ms counts once."""
    run_id = new_id()
    process, stuck = begin(weir, "pipe", mode, "stdout", run_id, 1000)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.4)  # the gap between two signals, not a synchronisation
    since = time.monotonic()
    process.send_signal(signal.SIGTERM)
    status, left, took = over(process, run_id, since)
    stuck.close()
    rig.case(f"a second TERM, {mode}", status == 3 and not left, f"exit {status}, {len(left)} left, {took:.2f} s")
    return took


def killed(rig, weir, kind, mode, victim):
    run_id = new_id()
    process, stuck = begin(weir, kind, mode, "stdout", run_id)
    since = time.monotonic()
    os.kill(process.pid if victim == "keeper" else engine_of(process.pid), signal.SIGKILL)
    status, left, took = over(process, run_id, since)
    stuck.close()
    rig.case(f"kill -9 of the {victim}, {kind}, {mode}", status == -signal.SIGKILL and not left,
             f"exit {status}, {len(left)} left, {took:.2f} s")
    return took


def stopped_terminal(rig, weir):
    """Ctrl-S, then Ctrl-C until it ends: with IXANY off, Ctrl-C does not start the terminal."""
    run_id = new_id()
    terminal = Terminal([weir, "-q", "--close-timeout", f"{GRACE}s", "yes {}", ":::", "a", "b", "--output", "line"], run_id)
    eventually(lambda: terminal.pump() or b"a\r\n" in terminal.screen)
    terminal.press(b"\x13")
    time.sleep(0.3)  # the terminal's buffers fill
    since = time.monotonic()
    os.kill(terminal.pid, signal.SIGTERM)
    word = None
    while word is None and time.monotonic() < since + JUDGED:
        if terminal.said in select.select([terminal.said], [], [], 0.05)[0]:
            word = terminal.said.readline().strip()
    took = time.monotonic() - since
    left = lasting_survivors(run_id, JUDGED)
    kill_all(run_id)
    terminal.close()
    rig.case("a terminal after Ctrl-S, TERM", word in ("ended 3", "ended -15") and not left, f"{word}, {took:.2f} s, {len(left)} left")
    return took


def reader_that_reads(rig, weir):
    run_id = new_id()
    process, stuck = begin(weir, "pipe", "-q", "stdout", run_id, 1000)
    eventually(lambda: len(survivors(run_id)) <= 2)  # keeper and engine: the jobs have ended
    process.send_signal(signal.SIGTERM)
    os.close(stuck.writer)
    stuck.writer = os.dup(stuck.reader)
    count = 0
    os.set_blocking(stuck.reader, True)
    while part := os.read(stuck.reader, 1 << 16):
        count += len(part)
    status, left, _ = over(process, run_id, time.monotonic())
    stuck.close()
    rig.case("a reader that reads gets all of it: this rig can fail", count == 16_000_000 and status == -signal.SIGTERM and not left,
             f"{count} bytes, exit {status}")


def leftovers(rig, weir, mode):
    """What a job leaves writes faster than the reader reads: the job ends all the same."""
    run_id = new_id()
    reader, writer = os.pipe()
    process = start([weir, *mode.split(), "(setsid yes &); echo {}", ":::", "1", "2", "3"], run_id, stdout=writer)
    os.close(writer)
    since = time.monotonic()
    while os.read(reader, 1 << 16) and time.monotonic() < since + 6 * JUDGED:
        time.sleep(0.002)  # the slow reader
    status, left, _ = over(process, run_id, since)
    os.close(reader)
    rig.case(f"what is left writes faster than the reader, {mode}", status == 0 and not left,
             f"exit {status}, {len(left)} left, {time.monotonic() - since:.1f} s")


def main():
    arguments = Arguments(quick=1, ci=2, full=10)
    weir = arguments.weir
    kinds = ("pipe", "FIFO", "socket")
    with Rig("reader_rig") as rig:
        with rig.figure("R27", f"a stuck reader, {', '.join(SIGNALS)}: over within {PROMISED:.1f} s, exit 3, told, 0 left") as figure:
            took = []
            for trial in range(arguments.number):
                for number, mode in enumerate(MODES):
                    names = list(SIGNALS) if arguments.number > 1 else [list(SIGNALS)[number % 4]]
                    for name in names:
                        took.append(signalled(rig, weir, kinds[(number + trial) % 3], mode, "stdout", name))
                for where in ("stderr", "both"):
                    took.append(signalled(rig, weir, kinds[trial % 3], "--summary", where, "TERM"))
                took.append(stopped_terminal(rig, weir))
            figure.late = max(took) > PROMISED
            figure.measured = f"{len(took)} ends, slowest {max(took):.2f} s"
            reader_that_reads(rig, weir)
        with rig.figure("R27", "what a job left writes faster than the reader: the job ends, 0 left") as figure:
            for mode in (*MODES[:3], "-q -j1"):
                leftovers(rig, weir, mode)
        with rig.figure("R27", "a stuck reader, a second signal: over at once, 0 left") as figure:
            took = [insisted(rig, weir, mode) for mode in MODES[:5] for _ in range(arguments.number)]
            figure.late = max(took) > 1.0
            figure.measured = f"{len(took)} ends, slowest {max(took):.2f} s"
        with rig.figure("R27", "a stuck reader, kill -9 of keeper or engine: 0 left") as figure:
            took = [killed(rig, weir, kinds[number % 3], mode, victim) for victim in ("keeper", "engine")
                    for number, mode in enumerate(MODES[:5]) for _ in range(arguments.number)]
            figure.late = max(took) > PROMISED + 2
            figure.measured = f"{len(took)} ends, slowest {max(took):.2f} s"


if __name__ == "__main__":
    main()
