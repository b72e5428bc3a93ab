#!/usr/bin/env python3
"""No descriptor and no byte of memory is lost on the way.

    descriptor_rig.py WEIR [JOBS | --quick | --ci]        R25

Under valgrind with --track-fds weir runs jobs in every mode of output, with records, timeouts and retries:
no error, no descriptor open at its end but those it was given. (Where valgrind knows no pidfd_open(2), as that
of Debian 12, weir gets as far as jobs that cannot be started.) Then the last job of few and of many counts the
engine's descriptors, in every mode; and over JOBS jobs (100000) they do not grow. AddressSanitizer and
UndefinedBehaviorSanitizer are the preset asan.
"""
import os
import re
import shutil
import subprocess
import sys

from rig import Rig, engine_of, environment, eventually, finish, new_id, start
from stream_rig import noop_program
from tool import Arguments

RUNS = {
    "grouped": ["-j4", "echo", "item", ":::", *"123456789"],
    "-k --tag": ["-k", "--tag", "-j4", "echo {}; echo {} >&2", ":::", *"123456789"],
    "by lines": ["--output", "line", "-j4", "seq", "1", "2000", ":::", ""],
    "raw": ["-u", "-j4", "true", ":::", *"12345"],
    "failures, retries": ["-j4", "--retries", "2", "exit {}", ":::", *"01234"],
    "not found": ["-j4", "/no/such/program", ":::", *"123"],
    "timeouts": ["-j4", "--timeout", "300ms", "--close-timeout", "100ms", "sleep 100 & sleep {}", ":::", "100", "100", "0"],
    "halt": ["-j4", "--halt", "now,fail=1", "exit {}", ":::", *"0101"],
    "records": ["-j4", "--journal", "journal", "--joblog", "joblog", "--report", "report.html", "--trace", "trace.json",
                "--junit", "junit.xml", "--durations", "durations", "--results", "results", "echo", "item", ":::", *"12345"],
    "resumed": ["-j4", "--resume", "journal", "--results", "results.jsonl", "echo", "item", ":::", *"123456789"],
}


def under_valgrind(rig, weir, name, arguments):
    subprocess.run(["rm", "-f", *(f for f in os.listdir(".") if f.startswith("valgrind."))], check=True)
    done = subprocess.run(["valgrind", "-q", "--track-fds=yes", "--leak-check=full", "--show-leak-kinds=definite",
                           "--errors-for-leak-kinds=definite", "--error-exitcode=77", "--child-silent-after-fork=no",
                           "--trace-children=no", "--log-file=valgrind.%p", weir, "-q", *arguments],
                          capture_output=True, env=environment(new_id()), timeout=300, check=False,
                          stdin=subprocess.DEVNULL)
    wrong = []
    for log in (f for f in os.listdir(".") if f.startswith("valgrind.")):
        with open(log, encoding="utf-8", errors="replace") as f:
            text = f.read()
        # Those that are inherited have no place where they were opened.
        opened = [block for block in text.split("Open ")[1:] if "<inherited from parent>" not in block]
        if opened or re.search(r"Invalid|uninitialised|definitely lost: [1-9]", text):
            wrong.append(text[:1500])
    rig.case(f"valgrind, {name}", not wrong and done.returncode != 77, wrong[:1] or f"exit {done.returncode}")
    return b"Function not implemented" not in done.stderr


def open_descriptors(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


MODES = {"grouped": [], "-k --tag": ["-k", "--tag"], "by lines": ["--output", "line"], "raw": ["-u"],
         "retries": ["--retries", "2"], "timeouts": ["--timeout", "20ms", "--close-timeout", "10ms"],
         "results": ["--results", "kept"], "reports": ["--report", "report.html", "--trace", "trace", "--junit", "junit"]}


def in_every_mode(rig, weir, jobs):
    """The last job looks at the engine, its parent: whatever the others left open would be there."""
    script = ("case {} in last) while [ $(ls /proc/$PPID/task/$PPID/children >/dev/null; cat /proc/$PPID/task/$PPID/children"
              " | wc -w) -gt 1 ]; do sleep 0.01; done; ls /proc/$PPID/fd | wc -l > open;; "
              "[0-4]) echo {}; exec sleep 0.1;; *) echo {}; exit $(({} % 3));; esac")
    counts = {}
    for name, options in MODES.items():
        for count in (2, jobs):
            subprocess.run([weir, "-q", "-j4", *options, script, ":::", *map(str, range(count)), "last"], check=False,
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=300, env=environment(new_id()))
            with open("open", encoding="ascii") as f:
                counts.setdefault(name, []).append(int(f.read()))
    rig.case(f"descriptors after {jobs} jobs as after 2, in {len(MODES)} modes",
             all(abs(many - few) <= 2 for few, many in counts.values()), counts)


def growth(rig, weir, jobs):
    noop = noop_program()
    run_id = new_id()
    feeder = subprocess.Popen([sys.executable, "-c", "import sys\nfor _ in range(int(sys.argv[1])):"
                               " sys.stdout.write(sys.argv[2])", str(jobs), noop + "\n"], stdout=subprocess.PIPE)
    process = start([weir, "-q", "-j4", "--journal", "many", "--sync", "none"], run_id, stdin=feeder.stdout,
                    stdout=subprocess.DEVNULL)
    feeder.stdout.close()
    seen, engine = [], []

    def look():
        engine.append(engine[-1] if engine and engine[-1] else engine_of(process.pid))
        count = open_descriptors(engine[-1]) if engine[-1] else 0
        if count:
            seen.append(count)
        return process.poll() is not None

    eventually(look, 1800, 0.01)
    status = finish(process)
    feeder.wait()
    tenth = max(1, len(seen) // 10)
    first, last = max(seen[:tenth], default=0), max(seen[-tenth:], default=0)
    with rig.figure("R25", f"no fd growth over {jobs} jobs") as figure:
        figure.measured = f"{first} in the first tenth, {last} in the last"
        # A job more or less may be on its way at the moment of a look.
        rig.case(f"{jobs} jobs", status == 0 and 0 < last <= first + 12, f"exit {status}, {figure.measured}")


def main():
    arguments = Arguments(quick=2000, ci=30_000, full=100_000)
    with Rig("descriptor_rig") as rig:
        with rig.figure("R25", "valgrind: 0 errors, 0 descriptors left open") as figure:
            if not shutil.which("valgrind"):
                rig.skip("valgrind", "it is missing")
            else:
                started = [under_valgrind(rig, arguments.weir, name, words) for name, words in RUNS.items()
                           if not arguments.quick or name in ("grouped", "records")]
                figure.measured = f"{figure.passed} of {len(started)} runs" + (
                    "" if any(started) else "; this valgrind has no pidfd_open(2): no job could start")
        with rig.figure("R25", "descriptors open at the end do not depend on the number of jobs"):
            in_every_mode(rig, arguments.weir, 20 if arguments.quick else 200)
        growth(rig, arguments.weir, arguments.number)


if __name__ == "__main__":
    main()
