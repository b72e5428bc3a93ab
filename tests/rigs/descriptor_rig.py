#!/usr/bin/env python3
"""No descriptor and no byte of memory is lost on the way.

    descriptor_rig.py WEIR [JOBS | --quick | --ci]        R25

Under valgrind with --track-fds weir runs jobs in every mode of output, with records, timeouts and retries:
no error, no descriptor open at its end but those it was given. (Where valgrind knows no pidfd_open(2), as that
of Debian 12, weir gets as far as jobs that cannot be started.) Then the last job of few and of many counts the
engine's descriptors, in every mode; and over JOBS jobs (100000) they do not grow. What is open at a moment depends
on how many jobs run then: so the idle engine at the start is compared with the idle engine at the end, and what is
open between with what the running jobs need. AddressSanitizer and UndefinedBehaviorSanitizer are the preset asan.
"""
import os
import re
import shutil
import subprocess

from pairs import preloaded
from rig import Rig, engine_of, environment, eventually, finish, new_id, start
from stream_rig import noop_program
from tool import Arguments, preloadable

# No program that is not found: the child of posix_spawn(3) that fails to execute it reports as if it were weir.
RUNS = {
    "grouped": ["-j4", "echo", "item", ":::", *"123456789"],
    "-k --tag": ["-k", "--tag", "-j4", "echo {}; echo {} >&2", ":::", *"123456789"],
    "by lines": ["--output", "line", "-j4", "seq", "1", "2000", ":::", ""],
    "raw": ["-u", "-j4", "true", ":::", *"12345"],
    "failures, retries": ["-j4", "--retries", "2", "exit {}", ":::", *"01234"],
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
              " | wc -w) -gt 1 ]; do sleep 0.01; done; ls /proc/$PPID/fd | wc -l > new && mv new open;; "
              "[0-4]) echo {}; exec sleep 0.1;; *) echo {}; exit $(expr {} % 3);; esac")
    counts = {}
    for name, options in MODES.items():
        for count in (2, jobs):
            subprocess.run([weir, "-q", "-j4", *options, script, ":::", *map(str, range(count)), "last"], check=False,
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=300, env=environment(new_id()))
            with open("open", encoding="ascii") as f:
                counts.setdefault(name, []).append(int(f.read()))
    rig.case(f"descriptors after {jobs} jobs as after 2, in {len(MODES)} modes",
             all(abs(many - few) <= 2 for few, many in counts.values()), counts)


SLOTS = 4
MOST_A_JOB = 3  # two pipes and a pidfd
KEPT = 1  # the list of the engine's children, opened when a job has ended for the first time
MOST_TO_START_ONE = 4  # the other ends of its pipes, and what is opened for a moment
# The fewest of some looks: what has just ended may be closed a moment later, what is lost never.
LOOK_ALONE = r"""#!/bin/sh
while [ $(cat /proc/$PPID/task/$PPID/children | wc -w) -gt 1 ]; do sleep 0.01; done
for look in 1 2 3 4 5; do ls /proc/$PPID/fd | wc -l; done | sort -n | head -n 1 > alone
mv alone $1
"""


def over_many_jobs(weir, jobs, **env):
    """The first job and the last one look at the engine while they are alone; in between this rig looks.

    Returns the exit status, what the two saw, and what was seen between.
    """
    noop, run_id = noop_program(), new_id()
    for name in ("first", "last", "many"):
        if os.path.exists(name):
            os.unlink(name)
    with open("look", "w", encoding="ascii") as f:
        f.write(LOOK_ALONE)
    os.chmod("look", 0o755)
    process = start([weir, "-q", f"-j{SLOTS}", "--journal", "many", "--sync", "none"], run_id, stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL, env=env)
    process.stdin.write(b"./look first\n")
    process.stdin.flush()
    eventually(lambda: os.path.exists("first"), 60)
    engine, seen = engine_of(process.pid), []
    line = (noop + "\n").encode()
    for number in range(jobs):
        process.stdin.write(line)
        if number % (jobs // 2000 + 1) == 0:
            seen.append(open_descriptors(engine))
    process.stdin.write(b"./look last\n")
    process.stdin.close()
    eventually(lambda: seen.append(open_descriptors(engine)) or process.poll() is not None, 1800, 0.01)
    status = finish(process)
    return status, int(read("first") or 0), int(read("last") or 0), seen


# Loaded before the C library: every fiftieth close(2) is forgotten.
FORGETFUL = r"""
#include <sys/syscall.h>
#include <unistd.h>
int close(int fd) {
  static int calls;
  return fd > 2 && ++calls % 50 == 0 ? 0 : (int)syscall(SYS_close, fd);
}
"""


def growth(rig, weir, jobs):
    status, first, last, seen = over_many_jobs(weir, jobs)
    most = first + KEPT + MOST_A_JOB * (SLOTS - 1) + MOST_TO_START_ONE
    with rig.figure("R25", f"no fd growth over {jobs} jobs: idle as many at the end as at the start, and no more "
                    f"between than {SLOTS} jobs need") as figure:
        figure.measured = f"idle {first} at the start, {last} at the end; between at most {max(seen)} of {most}"
        rig.case(f"{jobs} jobs", status == 0 and 0 < last <= first + KEPT and max(seen) <= most, f"exit {status}, {figure.measured}")
    _, first, last, _ = over_many_jobs(preloadable(weir), 500, LD_PRELOAD=preloaded("forgetful", FORGETFUL))
    rig.case("a close(2) that is forgotten now and then is seen: this rig can fail", last > first + KEPT, f"{first}, then {last}")


def read(path):
    try:
        with open(path, encoding="ascii") as f:
            return f.read()
    except OSError:
        return ""


def main():
    arguments = Arguments(quick=2000, ci=10_000, full=100_000)
    with Rig("descriptor_rig") as rig:
        with rig.figure("R25", "valgrind: 0 errors, 0 descriptors left open") as figure:
            if not shutil.which("valgrind"):
                rig.skip("valgrind", "it is missing")
            else:
                started = [under_valgrind(rig, preloadable(arguments.weir), name, words) for name, words in RUNS.items()
                           if not arguments.quick or name in ("grouped", "records")]
                figure.measured = f"{figure.passed} of {len(started)} runs" + (
                    "" if any(started) else "; this valgrind has no pidfd_open(2): no job could start")
        with rig.figure("R25", "descriptors open at the end do not depend on the number of jobs"):
            in_every_mode(rig, arguments.weir, 20 if arguments.quick else 200)
        growth(rig, arguments.weir, arguments.number)


if __name__ == "__main__":
    main()
