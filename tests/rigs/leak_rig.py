#!/usr/bin/env python3
"""A job whose main process has ended while a descendant holds its output.

    leak_rig.py WEIR [TRIALS | --quick | --ci] [--peer xargs|parallel]        R17

The job must end within a second, be told of as one that left its output open, and all that was written
before its end must be printed: a megabyte of it, by the main process and by the descendant.
"""
import os
import subprocess
import threading
import time

from rig import Rig, eventually, finish, kill_all, new_id, start
from tool import Arguments

PROMISED, JUDGED = 1.0, 10.0
BYTES = 1_000_000
# The descendant says when it has written its part.
JOBS = {
    "in the background": "(head -c 500000 /dev/zero; touch written; exec sleep 1000) & "
                         "while [ ! -e written ]; do :; done; head -c 500000 /dev/zero",
    "with a session of its own": "setsid sh -c 'head -c 500000 /dev/zero; touch written; exec sleep 1000' & "
                                 "while [ ! -e written ]; do :; done; head -c 500000 /dev/zero",
    "both streams": "(head -c 500000 /dev/zero; touch written; exec sleep 1000) 2>&1 & "
                    "while [ ! -e written ]; do :; done; head -c 500000 /dev/zero; echo >&2",
}


def once(tool, script):
    """(seconds from the end of the job's main process to the end of the run, bytes, what was said)."""
    subprocess.run(["rm", "-f", "written", "over"], check=True)
    run_id = new_id()
    argv = [tool.path, "-j2", "--no-progress", "--summary"] if tool.is_weir else tool.lines(2)
    process = start(argv, run_id, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(script.encode() + b"; touch over\n")
    process.stdin.close()
    out, err, begin = [], [], None

    readers = [threading.Thread(target=lambda f=f, into=into: into.append(f.read()))
               for f, into in ((process.stdout, out), (process.stderr, err))]
    for reader in readers:
        reader.start()
    eventually(lambda: os.path.exists("over"))
    begin = time.monotonic()
    status = finish(process, JUDGED)
    # The end of the output, too: what reads xargs' output waits for the descendant.
    eventually(lambda: not readers[0].is_alive(), JUDGED)
    took = time.monotonic() - begin if not readers[0].is_alive() else None
    kill_all(run_id)
    finish(process)
    for reader in readers:
        reader.join()
    return status, took, out[0].count(0), err[0].decode("utf-8", "replace")


def main():
    arguments = Arguments(quick=1, ci=5, full=20)
    with Rig("leak_rig") as rig:
        for name, script in JOBS.items():
            with rig.figure("R17", f"a descendant {name} holds stdout: ends within 1 s, told, 0 bytes lost") as figure:
                slowest, lost, untold = 0.0, 0, 0
                for _ in range(arguments.number):
                    status, took, got, said = once(arguments.tool, script)
                    slowest = max(slowest, JUDGED * 2 if took is None or status is None else took)
                    lost += BYTES - got
                    untold += "left its output open" not in said
                figure.late = slowest > PROMISED
                figure.measured = f"slowest {slowest:.2f} s" if slowest < JUDGED * 2 else "did not end"
                figure.measured += f", {lost} bytes lost, {untold} untold"
                rig.case(name, slowest < JUDGED and lost == 0 and untold == 0, figure.measured)


if __name__ == "__main__":
    main()
