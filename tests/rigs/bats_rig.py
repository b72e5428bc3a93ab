#!/usr/bin/env python3
"""bats runs a suite of 200 tests through GNU parallel, and through weir in its place: the same TAP, the same status.

    bats_rig.py WEIR [N | --quick | --ci]        D4

bats is called with --jobs 4 as it is (a link called parallel leads to weir), and with --parallel-binary-name weir. The bats in PATH
is asked, and, where npm can get it, bats-core of npm; what is not here is said to be skipped. The suite has failures, setup_file,
setup_suite, long output, quotes in names of tests and of files, skips, and jobs that the tests leave running. N is how many of its files.
"""
import os
import re
import shutil
import signal
import subprocess

from rig import Rig
from tool import Arguments, is_gnu_parallel

LONGEST = 300
# bash on stderr, with a PID; GNU parallel has a job's stderr behind all of its stdout, weir with -k where it was written.
TOLD_OF_A_KILL = re.compile(rb"(?m)^.*: line \d+: +\d+ Killed .*\n")
TESTS_A_FILE = 30
HARD_NAMES = ["it's quoted", 'a "double" one', "$HOME and `date`", r"a back\\slash", "blanks  and\ttab", "{} {#} {1} {=uc=}", "% %s %%", "* ? [a]",
              "ends with a colon:", "-n --tag", "ümläut ✓", "a;b|c&d<e>f", "$(touch outside)", "#hash", "(round) {curly}"]
FILES = ["plain", "with blank", "it's", "long", "$HOME", "semi;colon", "deep/er/one", "{} {#} {.}"]


def body(number):
    """What a test does, by its number in the file."""
    return {0: "false", 1: "echo to stdout; echo to stderr >&2; [ 1 = 2 ]", 2: "skip 'not here'", 3: "run sh -c 'echo out; exit 3'; [ $status = 3 ]",
            4: "echo '# told' >&3", 5: "seq 2000; false", 6: "[ \"$FROM_SETUP_FILE\" = yes ]", 7: "sleep 1000 3>&- > /dev/null 2>&1 & kill $!",
            8: "printf 'no newline at the end'; false", 9: "skip", 10: "[ \"$FROM_SUITE\" = yes ]",
            11: "printf '\\033[1m\\001\\377 odd bytes\\n'; return 7", 12: "kill -9 $BASHPID"}.get(number, "true")


def name_of(number):
    return HARD_NAMES[number % len(HARD_NAMES)] + f" {number}"


def bats_text(index):
    lines = ["setup_file() { export FROM_SETUP_FILE=yes; echo file begins >&2; }", "teardown_file() { :; }", "setup() { echo setup; }"]
    if index == 5:
        lines[1] = "teardown_file() { echo teardown fails; false; }"
    if index == 6:
        lines[0] = "setup_file() { echo setup fails; false; }"
    for number in range(TESTS_A_FILE):
        name = "".join("\\" + c if c in '"$`' else c for c in name_of(number))
        lines += [f'@test "{name}" {{', f"  {body((number + index) % TESTS_A_FILE)}", "}"]
    return "\n".join(lines) + "\n"


def write_suite(files):
    for index, name in enumerate(FILES[:files]):
        path = f"suite/{name}.bats"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(bats_text(index))
    with open("suite/setup_suite.bash", "w", encoding="ascii") as f:
        f.write("setup_suite() { export FROM_SUITE=yes; }\nteardown_suite() { echo suite ends >&2; }\n")


def from_npm():
    """bats-core's newest in this directory, or nothing."""
    if not shutil.which("npm"):
        return None
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", "npm", "bats"], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=LONGEST, check=False)
    path = "npm/node_modules/bats/bin/bats"
    return os.path.abspath(path) if done.returncode == 0 and os.path.exists(path) else None


def run(bats, first_in_path, options, suite):
    environment = {**os.environ, "PATH": f"{first_in_path}:{os.environ['PATH']}", "HOME": os.getcwd(), "LC_ALL": "C.UTF-8"}
    for name in [each for each in environment if each.startswith("BATS_") or each == "PARALLEL"]:
        del environment[name]
    process = subprocess.Popen([bats, "--tap", "--jobs", "4", *options, "-r", suite], env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        out, _ = process.communicate(timeout=LONGEST)
        return process.returncode, TOLD_OF_A_KILL.sub(b"", out)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None, b"no end"


def difference(ours, theirs):
    if ours == theirs:
        return ""
    for number, (one, other) in enumerate(zip(ours[1].splitlines(), theirs[1].splitlines()), 1):
        if one != other:
            return f"line {number}: {one[:150]} for {other[:150]}"
    return f"status {ours[0]} for {theirs[0]}, {ours[1].count(10)} lines for {theirs[1].count(10)}"


def judge(rig, name, bats, tools, files):
    takes_a_name = b"--parallel-binary-name" in subprocess.run([bats, "--help"], capture_output=True, check=False).stdout
    ways = [("a link called parallel", [])] + [("--parallel-binary-name", ["--parallel-binary-name", "weir"])] * takes_a_name
    for more in ([], ["--filter", "quoted|HOME"], ["--no-parallelize-within-files"]):
        theirs = run(bats, tools["theirs"], more, "suite")
        results = sum(line.startswith((b"ok ", b"not ok ")) for line in theirs[1].splitlines())
        for how, options in ways:
            ours = run(bats, tools["ours"], [*options, *more], "suite")
            rig.case(f"{name}, {' '.join([how, *more])}", ours == theirs and results >= 4 * (files - 1),
                     difference(ours, theirs) or f"{results} results in {theirs[1].count(10)} lines, status {theirs[0]}")


def main():
    arguments = Arguments(quick=1, ci=1, full=len(FILES))
    with Rig("bats_rig") as rig, rig.figure("D4", "bats' TAP through weir: the same as through GNU parallel"):
        if not is_gnu_parallel():
            return rig.skip("bats", "GNU parallel is missing")
        write_suite(arguments.number)
        tools = {}
        for name, path, called in (("ours", arguments.weir, ("weir", "parallel")), ("theirs", shutil.which("parallel"), ("parallel",))):
            os.mkdir(name)
            tools[name] = os.path.abspath(name)
            for each in called:
                os.symlink(path, f"{name}/{each}")
        os.makedirs(".parallel")
        with open(".parallel/will-cite", "w", encoding="ascii"):
            pass
        for whose, bats in (("in PATH", shutil.which("bats")), ("of npm", None if arguments.quick else from_npm())):
            if bats:
                judge(rig, f"bats {whose}", bats, tools, arguments.number)
            else:
                rig.skip(f"bats {whose}", "not in the quick form" if arguments.quick else "it is not here")
        rig.case("nothing in a name was run", not os.path.exists("outside") and not os.path.exists("suite/outside"))
        return None


if __name__ == "__main__":
    main()
