#!/usr/bin/env python3
"""The suite passes again and again while the machine is busy.

    repeat_rig.py WEIR [TIMES | --quick | --ci]        R26

The tests of the build that WEIR_BUILD names (those of every change, without the quick forms of the rigs) run TIMES
times (20) in a row, each test once, with twice as many busy processes as there are processors.
Eight tests a processor run at once, or they would hardly be run beside so many. A failed test says why on stderr.
"""
import os
import re
import subprocess
import sys

from rig import Rig
from tool import Arguments


PROCESSORS = os.cpu_count() or 1


def reap():
    """Orphans of the tests come to this process, and thousands of zombies would slow down each look at the processes."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def once(build):
    done = subprocess.run(["ctest", "--test-dir", build, "-LE", "rigs|browser|long", "-E", "^quick: ", f"-j{8 * PROCESSORS}",
                           "--timeout", "300", "--output-on-failure"], capture_output=True, text=True, check=False)
    reap()
    failed = re.findall(r"^\s*\d+ - (.*) \(\w", done.stdout, re.MULTILINE)
    total = re.search(r"tests failed out of (\d+)", done.stdout)
    for output in re.findall(r"^[^\n]*\*\*\*\w.*?(?=^ *\d+/\d+ Test |^ +Start |\Z)", done.stdout, re.MULTILINE | re.DOTALL):
        print(output[:4000], file=sys.stderr)
    return failed or ([] if done.returncode == 0 else [done.stdout[-300:]]), int(total.group(1)) if total else 0


def main():
    arguments = Arguments(quick=0, ci=0, full=20)
    times, build = arguments.number, os.environ.get("WEIR_BUILD")
    with Rig("repeat_rig") as rig:
        with rig.figure("R26", "the suite passes 20 times in a row under load") as figure:
            if times == 0 or not build:
                return rig.skip("the suite", "only in the full form, with --build")
            busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * PROCESSORS)]
            passed, tests, failures = 0, 0, []
            try:
                for number in range(1, times + 1):
                    failed, tests = once(build)
                    passed += not failed
                    failures += failed
                    rig.case(f"run {number}", not failed and tests > 0, failed[:3] or f"{tests} tests")
            finally:
                for process in busy:
                    process.kill()
                    process.wait()
            figure.measured = f"{passed} of {times} runs of {tests} tests; {sorted(set(failures))[:3] or 'no failure'}"


if __name__ == "__main__":
    main()
