#!/usr/bin/env python3
"""The examples of findutils' pages that call xargs, and command lines by chance, by xargs and by weir in its place.

    xargs_rig.py WEIR [N | --quick | --ci]        D3 D5

They are those of xargs(1), find(1) and the info manual, in a directory with a few files instead of the whole machine; those of an
editor or of a program that is not installed are left out. Judged is the same stdout (in any order), success, and the same files
afterwards. findutils' own test cases, rebuilt, are among the unit tests. By chance options, command and input are put together, of
pieces that mean something to xargs; stdout, status, and whether anything is on stderr have to be the same. N is how many of those.
"""
import gzip
import glob
import os
import random
import re
import shutil
import subprocess

from rig import Rig
from tool import Arguments

NOT_HERE = re.compile(r"\b(vi|emacs|less|locate|updatedb|makeallsizes|munge|chgrp|rsync|mail|su|bills|perl)\b|\.\.\.|^xargs: ")
# What stands there for the whole machine.
ROOTS = re.compile(r"(?<=find )(~|\$HOME|/[\w/]*)(?= )")
FILES = """mkdir -p d/e; touch core d/core '#old' 'd/#x' .#lock '.#a lock' d/y~; touch -d '9 days ago' '#old'
printf 'typedef int mode_t; sprintf();\\n' > a.c; cp a.c d/b.h; printf 'thing\\n' > 'd/e/c d.c'; printf 'a.c\\nd/b.h\\n' > file-list
printf 'foo\\nbar\\n' > foo.txt; cp a.c todo; chmod a+x d/b.h
"""
LONGEST = 30


def info_lines():
    for path in sorted(glob.glob("/usr/share/info/find.info-*.gz")):
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as f:
            yield from f.read().splitlines()


def page_lines(page):
    text = subprocess.run(f"MANWIDTH=200 man -P cat {page} | col -bx", shell=True, capture_output=True, text=True, check=False).stdout
    return text.splitlines()


def blocks_of(lines):
    """Runs of indented lines, each without its indentation and the prompt."""
    block = []
    for line in [*lines, ""]:
        if line.startswith("     "):
            block.append(re.sub(r"^(\w*[$] )", "", line.strip()))
        elif block:
            yield block
            block = []


def examples():
    """Command lines; one goes on behind a backslash, a bar or &&. None looks outside its directory."""
    found = []
    for lines in (page_lines("xargs"), page_lines("find"), info_lines()):
        for block in blocks_of(lines):
            text = re.sub(r"(\\|(?<=[|])|(?<=&&))\n", " ", "\n".join(block))
            found += [line for line in text.splitlines()
                      if re.match(r"^(find|cut|seq|grep|ls|xargs|echo) .*\bxargs ?|^xargs --?\w", line) and not NOT_HERE.search(line)]
    return list(dict.fromkeys(ROOTS.sub(".", each) for each in found))


def run(example, bin_directory):
    os.mkdir("here")
    environment = {**os.environ, "PATH": bin_directory + ":" + os.environ["PATH"], "LC_ALL": "C",
                   "HOME": os.path.abspath("here")}
    try:
        subprocess.run(["bash", "-c", FILES], cwd="here", check=True)
        done = subprocess.run(["bash", "-c", example], cwd="here", env=environment, capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=LONGEST, check=False)
        files = subprocess.run("find . -type f -exec cksum {} + | sort", shell=True, cwd="here", capture_output=True, check=True).stdout
        return sorted(done.stdout.splitlines()), done.returncode, files
    except subprocess.TimeoutExpired:
        return ["no end"], None, b""
    finally:
        shutil.rmtree("here", ignore_errors=True)


def by_example(rig, figure, weir):
    chosen = examples()
    if not chosen:
        rig.skip("the examples", "the pages of findutils are missing")
        return
    for name, path in (("ours", weir), ("theirs", shutil.which("xargs"))):
        os.mkdir(name)
        os.symlink(path, f"{name}/xargs")
    same = 0
    for number, example in enumerate(chosen, 1):
        ours, theirs = (run(example, os.path.abspath(whose)) for whose in ("ours", "theirs"))
        same += rig.case(f"{number}. {example[:90]}", ours == theirs, "" if ours == theirs else f"{ours} for {theirs}"[:300])
    figure.measured = f"same {same} of {len(chosen)}"


# No NUL: what is behind it counts by chance there. Nor does input end with a quote: one that opens there is left out.
PIECES = ["a", "b", "cc", "_", "END", " ", "  ", "\t", "\n", "\n\n", '"x y"', "'q'", "''", '"it', "\\", "\\\\", "\\ ", "\\\n", "é", "\v", "\f", "{}",
          "%", "-n", "--", "x{}y", "*"]
OPTIONS = [["-n1"], ["-n2"], ["-n", "3"], ["-L1"], ["-L2"], ["-l"], ["-l2"], ["-I{}"], ["-I", "%"], ["-i"], ["-0"], ["-d", "\\n"], ["-da"],
           ["-d", " "], ["-d", "\\0"], ["-E", "END"], ["-e_"], ["-e"], ["-E", ""], ["-r"], ["-x"], ["-s", "8"], ["-s", "12"], ["-s", "20"],
           ["-s", "40"], ["--max-args=2"], ["--delimiter=_"], ["--null"], ["--process-slot-var=S"], ["-t"]]
COMMANDS = [["printf", "<%s>"], ["echo"], [], ["printf", "[%s|%s]", "{}"], ["printf", "(%s)", "x{}y", "%"], ["sh", "-c", 'echo "$#:$0:$*"'],
            ["sh", "-c", "exit 1"], ["false"]]


def outcome(argv, text):
    try:
        done = subprocess.run(argv, input=text, capture_output=True, timeout=LONGEST, check=False, env={**os.environ, "LC_ALL": "C"})
        return done.returncode, done.stdout, bool(done.stderr)
    except subprocess.TimeoutExpired:
        return None, b"no end", False


def by_chance(rig, figure, weir, number):
    seed = random.randrange(1 << 32)
    rng, same = random.Random(seed), 0
    for _ in range(number):
        options = [word for _ in range(rng.randrange(4)) for word in rng.choice(OPTIONS)]
        command = rng.choice(COMMANDS)
        text = "".join(rng.choice(PIECES) for _ in range(rng.randrange(14)))
        text = (text + "z" * text.endswith(("'", '"'))).encode()
        ours, theirs = (outcome([*tool, *options, *command], text) for tool in ([weir, "--as", "xargs"], ["xargs"]))
        same += ours == theirs
        if ours != theirs:
            rig.case(f"{options} {command} of {text}", False, f"{ours} for {theirs}")
    rig.case(f"by chance, seed {seed}", same == number, f"{same} of {number} the same")
    figure.measured = f"same {same} of {number}"


def main():
    arguments = Arguments(quick=40, ci=200, full=20000)
    with Rig("xargs_rig") as rig:
        with rig.figure("D3", "findutils' examples of xargs: the same") as figure:
            by_example(rig, figure, arguments.weir)
        with rig.figure("D5", "xargs' options and input by chance: the same") as figure:
            by_chance(rig, figure, arguments.weir, arguments.number)


if __name__ == "__main__":
    main()
