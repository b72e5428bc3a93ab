#!/usr/bin/env python3
"""GNU parallel's own pages, command by command, by GNU parallel and by weir in its place.

    dialect_rig.py WEIR [N | --quick | --ci] [--only D1:NUMBER,...]

Each example of parallel_tutorial(7) and parallel_examples(7) that needs no other machine, terminal or database is run by both, through a
link that is called parallel. Judged is that weir does the same (lines of stdout in any order, success, the files that are left) or refuses
with a word before anything starts; told is how many are the same, and why each other is not. N is how many examples of each page, spread
over all of it and other ones each day; all by default.
--only runs those of the given figure and number, and prints each script and what both made of it.
"""
import collections
import math
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from parallel_pages import examples
from rig import Rig
from tool import Arguments, is_gnu_parallel

# What no two runs do alike, by a part of the example: it is left out of what is compared.
MASKS = {
    r"--joblog": (rb"\t\s*\d+\.\d+\t\s*\d+\.\d+\t\d+\t", "times"),
    r"--files|--tmpdir": (rb"/\S*/\S+", "names of files"),
    r"--delay|date": (rb".*\d\d:\d\d:\d\d.*", "times"),
    r"\$\$|PARALLEL_PID|\{%\}|slotreplace|slot\(\)": (rb"\d+", "numbers of processes and slots"),
    r"--ungroup|-u\b|--halt|round-?robin": (rb".*", "stdout, which is by chance"),
}
# Where they differ on purpose.
REASONS = {
    "--record-env": "no file is written: jobs have the whole environment",
    "-vv": "how a block is read, which is shown as a perl script there",
    "--load": "one job may run on a busy machine, too",
    "{E-mail address}": "the name of a column may have a blank",
    "eval 'cat {=": "an item is data: it is evaluated nowhere"}
PAGES = {"D1": ("parallel_tutorial", "GNU parallel's tutorial"), "D5": ("parallel_examples", "GNU parallel's examples")}
LONGEST = 60
AT_ONCE = 2  # they mostly wait
TRIES = 3  # both tools race with their own jobs in some examples


def run(example, bin_directory, place):
    """The lines of stdout in any order, success, what is left in the directory, and stderr."""
    os.makedirs(f"{place}/work")
    home = os.path.abspath(place)
    environment = {**os.environ, "PATH": bin_directory + ":" + os.environ["PATH"], "SHELL": "/bin/bash", "HOME": home,
                   "XDG_RUNTIME_DIR": home, "TMPDIR": home, "PARALLEL_SHELL": "/bin/bash"}
    for each in ("PARALLEL", "BATS_ROOT", "BATS_ROOT_PID"):
        environment.pop(each, None)
    shutil.copytree("kept", f"{place}/.parallel")
    try:
        done = subprocess.run(["bash", "-c", example.script()], cwd=f"{place}/work", env=environment, capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=LONGEST, check=False)
        return sorted(done.stdout.splitlines()), done.returncode == 0, left_in(f"{place}/work"), done.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return ["no end"], False, [], ""
    finally:
        shutil.rmtree(place, ignore_errors=True)


def keep_trials():
    """Makes what GNU parallel finds out by trial and keeps in its home, as how long a command line may be: most examples take less time than that."""
    os.makedirs("home/.parallel")
    with open("home/.parallel/will-cite", "w", encoding="ascii"):
        pass
    subprocess.run(["parallel", "echo", ":::", "1"], env={**os.environ, "HOME": os.path.abspath("home"), "PARALLEL_SHELL": "/bin/bash"}, capture_output=True,
                   stdin=subprocess.DEVNULL, check=False)
    os.rename("home/.parallel", "kept")


def left_in(directory):
    """Sums and names of all files; of a table of results the rows in any order, as of stdout, and without their times."""
    script = ("for each in *.csv; do [ -f \"$each\" ] && sed -E 's/^([0-9]+,:),[0-9.]+,[0-9.]+,/\\1,-,-,/' \"$each\" | LC_ALL=C sort -o \"$each\"; done; "
              "find . -type f -print0 | LC_ALL=C sort -z | xargs -0r cksum")
    return subprocess.run(["bash", "-c", script], cwd=directory, capture_output=True, check=False).stdout.splitlines()


def masked(example, outcome):
    lines, success, files, _ = outcome
    for part, (pattern, _) in MASKS.items():
        if re.search(part, example.text):
            lines, files = (sorted({re.sub(pattern, b"-", line) for line in each}) for each in (lines, files))
    return lines, success, files


def why_not(example, ours, theirs):
    """Empty where they are the same."""
    if masked(example, ours) == masked(example, theirs):
        return ""
    refusal = re.search(r"(?:parallel|sem): ((?:[-{]|the command )[^\n]*)", ours[3])
    if refusal:
        return "refused: " + refusal[1]
    return next((reason for part, reason in REASONS.items() if part in example.text), "DIFFERS")


def compared(number, example):
    """What both tools did, one after the other in a directory of the same name, and why it is not the same."""
    for _ in range(TRIES):
        ours, theirs = (run(example, os.path.abspath(whose), f"here{number}") for whose in ("ours", "theirs"))
        reason = why_not(example, ours, theirs)
        if reason != "DIFFERS":
            break
    return ours, theirs, reason


def judge(rig, figure, chosen, told):
    """Of pairs of number and example. `told` prints what each tool did."""
    same, reasons = 0, []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda pair: compared(*pair), chosen))
    for (number, example), (ours, theirs, reason) in zip(chosen, results):
        if told:
            print(f"{example.text}\n---- weir: {ours}\n---- GNU parallel: {theirs}")
        same += not reason
        title = f"{number}. {example.title()}"
        if reason:
            reasons.append(f"     {title}: {reason}")
        if reason == "DIFFERS":
            rig.case(title, False, f"{ours} for {theirs}"[:300])
        else:
            rig.case(title, True)
    print("\n".join(reasons))
    figure.measured = f"same {same} of {len(chosen)}"


def spread(examples_of_page, number):
    """At most so many of them."""
    step = math.ceil(len(examples_of_page) / number)
    return examples_of_page[int(time.time() / 86400) % step::step]


def judge_page(rig, name, what, all_examples, number, only):
    """The examples with the numbers in `only`; where it is empty, `number` of all."""
    all_that_run = list(enumerate((each for each in all_examples if not each.left_out), 1))
    if not all_that_run:
        return rig.skip(what, "the page is missing")
    chosen = [each for each in all_that_run if each[0] in only] if only else spread(all_that_run, number)
    with rig.figure(name, f"{what}: the same, or refused with a word") as figure:
        judge(rig, figure, chosen, bool(only))
    reasons = collections.Counter(each.left_out for each in all_examples if each.left_out)
    print(f"     left out of {what}: " + ", ".join(f"{count} ({reason})" for reason, count in reasons.items()), flush=True)
    return None


def taken_only():
    """What --only names: numbers by figure. Takes it off the command line."""
    only = collections.defaultdict(set)
    if "--only" in sys.argv:
        at = sys.argv.index("--only")
        for each in sys.argv[at + 1].split(","):
            figure, number = each.split(":")
            only[figure].add(int(number))
        del sys.argv[at:at + 2]
    return only


def main():
    only = taken_only()
    arguments = Arguments(quick=12, ci=40, full=1000)
    with Rig("dialect_rig") as rig:
        if not is_gnu_parallel():
            return rig.skip("GNU parallel's pages", "GNU parallel is missing")
        for name, path in (("ours", arguments.weir), ("theirs", shutil.which("parallel"))):
            os.mkdir(name)
            for called in ("parallel", "sem"):
                os.symlink(path if name == "ours" else shutil.which(called) or path, f"{name}/{called}")
        keep_trials()
        for figure, (page, what) in PAGES.items():
            if not only or figure in only:
                judge_page(rig, figure, what, examples(page), arguments.number, only.get(figure, set()))
        return None


if __name__ == "__main__":
    main()
