#!/usr/bin/env python3
"""GNU parallel's own tutorial, command by command, by GNU parallel and by weir in its place.

    dialect_rig.py WEIR [N | --quick | --ci]

Each example of parallel_tutorial(7) that needs no other machine, terminal or database is run by both, through a
link that is called parallel. Judged is that weir does the same (lines of stdout in any order, success) or refuses with a
word before anything starts; told is how many are the same, and why each other is not. N is how many examples; all by default.
"""
import os
import re
import shutil
import subprocess

from rig import Rig
from tool import Arguments, is_gnu_parallel

ELSEWHERE = re.compile(r"SERVER|--(non)?onall|--sshlogin|--trc|--return|--transfer|--basefile|--tty|--tmux|--sql|zenity|"
                       r"\bvi\b|env_parallel|\bparset\b|--citation|--shebang|/usr/bin/parallel|--hgrp|"
                       r"--workdir|--controlmaster|--cleanup|--load|--progress|--bar|--eta|-S |--man|DBURL|--interactive")
FILES = """printf 'A\\nB\\nC\\n' > abc-file; printf 'D\\nE\\nF\\n' > def-file; printf 'A\\0B\\0C\\0' > abc0-file
printf A_B_C_ > abc_-file; printf 'f1\\tf2\\nA\\tB\\nC\\tD\\n' > tsv-file.tsv; seq 8 > num8; seq 128 > num128
seq 30000 > num30000; seq 1000000 > num1000000; (echo %head1; echo %head2; seq 10) > num_%header
printf HHHHAAABBBCCC > fixedlen
"""
# What is not the same by nature, by a part of the example.
REASONS = {"{%}": "which slot is free", "slotreplace": "which slot is free", "$$": "numbers of processes",
           "--joblog": "times in the log", "--tmpdir": "names of files", "PARALLEL_PID": "numbers of processes",
           "--version": "the version", "--help": "the help", "--delay": "times", "--ungroup": "output is mixed by chance",
           "--retries": "the output of each attempt is shown",
           "--files": "names of files", "-vv": "how a block is read, which is shown as a perl script there",
           "num30000 | parallel --xargs": "GNU parallel leaves 742 bytes of a line free", "-m echo": "as with --xargs",
           "--max-line-length-allowed": "as with --xargs",
           "--halt": "which jobs had begun when the run was cut short"}
LONGEST = 60
TRIES = 3  # both tools race with their own jobs in some examples


def examples():
    """Blocks of the page that call parallel; a line that ends with a backslash goes on."""
    page = subprocess.run("MANWIDTH=200 man -P cat parallel_tutorial | col -bx", shell=True, capture_output=True, text=True,
                          check=False).stdout
    blocks, block = [], []
    for line in page.splitlines() + [""]:
        if re.match(r"^ {9}\S|^ {10,}\S", line) and not line.startswith(" " * 16):
            block.append(line[9:])
        elif block:
            blocks.append("\n".join(block))
            block = []
    return [each for each in blocks if re.search(r"(^|[|;(&] *|\n)(parallel|sem) ", each) and not ELSEWHERE.search(each)]


def run(example, bin_directory, name):
    os.mkdir(name)
    environment = {**os.environ, "PATH": bin_directory + ":" + os.environ["PATH"], "SHELL": "/bin/bash", "HOME": os.path.abspath(name),
                   "XDG_RUNTIME_DIR": os.path.abspath(name),
                   "PARALLEL_SHELL": "/bin/bash"}
    for each in ("PARALLEL", "BATS_ROOT", "BATS_ROOT_PID"):
        environment.pop(each, None)
    script = FILES + "mkdir .parallel; : > .parallel/will-cite\n" + example
    try:
        done = subprocess.run(["bash", "-c", script], cwd=name, env=environment, capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=LONGEST, check=False)
        return sorted(done.stdout.splitlines()), done.returncode == 0, done.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return ["no end"], False, ""
    finally:
        shutil.rmtree(name, ignore_errors=True)


def why_not(example, ours, theirs):
    """Empty where they are the same."""
    if ours[:2] == theirs[:2]:
        return ""
    refusal = re.search(r"(?:parallel|sem): ((?:[-{]|the command )[^\n]*)", ours[2])
    if refusal:
        return "refused: " + refusal[1]
    return next((reason for part, reason in REASONS.items() if part in example), "DIFFERS")


def judge(rig, figure, chosen):
    same, reasons = 0, []
    for number, example in enumerate(chosen, 1):
        for _ in range(TRIES):
            ours, theirs = (run(example, os.path.abspath(whose), "here") for whose in ("ours", "theirs"))
            reason = why_not(example, ours, theirs)
            if reason != "DIFFERS":
                break
        same += not reason
        title = f"{number}. {example.splitlines()[0][:70]}"
        if reason:
            reasons.append(f"     {title}: {reason}")
        if reason == "DIFFERS":
            rig.case(title, False, f"{ours} for {theirs}"[:300])
        else:
            rig.case(title, True)
    print("\n".join(reasons))
    figure.measured = f"same {same} of {len(chosen)}"


def main():
    arguments = Arguments(quick=12, ci=1000, full=1000)
    with Rig("dialect_rig") as rig, rig.figure("D1", "GNU parallel's tutorial: the same, or refused with a word") as figure:
        chosen = examples()[:arguments.number]
        if not is_gnu_parallel() or not chosen:
            return rig.skip("the tutorial", "GNU parallel or its pages are missing")
        for name, path in (("ours", arguments.weir), ("theirs", shutil.which("parallel"))):
            os.mkdir(name)
            for called in ("parallel", "sem"):
                os.symlink(path if name == "ours" else shutil.which(called) or path, f"{name}/{called}")
        judge(rig, figure, chosen)
        return None


if __name__ == "__main__":
    main()
