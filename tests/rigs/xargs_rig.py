#!/usr/bin/env python3
"""The examples of findutils' pages that call xargs, by xargs and by weir in its place.

    xargs_rig.py WEIR [N | --quick | --ci]        D3

They are those of xargs(1), find(1) and the info manual, in a directory with a few files instead of the whole machine; those of an
editor or of a program that is not installed are left out. Judged is the same stdout (in any order), success, and the same files
afterwards. findutils' own test cases, rebuilt, are among the unit tests. N is how many examples; all by default.
"""
import gzip
import glob
import os
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


def main():
    arguments = Arguments(quick=8, ci=1000, full=1000)
    with Rig("xargs_rig") as rig, rig.figure("D3", "findutils' examples of xargs: the same") as figure:
        chosen = examples()[:arguments.number]
        if not chosen:
            return rig.skip("the examples", "the pages of findutils are missing")
        for name, path in (("ours", arguments.weir), ("theirs", shutil.which("xargs"))):
            os.mkdir(name)
            os.symlink(path, f"{name}/xargs")
        same = 0
        for number, example in enumerate(chosen, 1):
            ours, theirs = (run(example, os.path.abspath(whose)) for whose in ("ours", "theirs"))
            same += rig.case(f"{number}. {example[:90]}", ours == theirs, "" if ours == theirs else f"{ours} for {theirs}"[:300])
        figure.measured = f"same {same} of {len(chosen)}"
        return None


if __name__ == "__main__":
    main()
