#!/usr/bin/env python3
"""Real work on real files: compressed, converted and checksummed as by the sequential loop.

    real_work_rig.py WEIR [FILES | --quick | --ci]

FILES files (400) of this machine (/usr/include, /usr/share/doc) and some with hostile names are copied
into two trees. In one a plain loop does the work, in the other `find -print0 | weir -0`. The trees must
be identical afterwards, names and bytes.
"""
import os
import shutil
import subprocess

from rig import Rig, environment, new_id
from tool import Arguments

HOSTILE = [b"new\nline", b"two  blanks", b" leading", b"trailing ", b"'single'", b'"double"', b"$(touch PWNED)",
           b"`touch PWNED`", b"; touch PWNED", b"& touch PWNED &", b"-n", b"--help", b"-", b"{}", b"{.}x", b"$HOME",
           b"*", b"?x", b"[a]", b"back\\slash", b"tab\tx", b"\x1b[31mred", b"\xff\xfe not UTF-8", b"caf\xe9",
           b"#comment", b"~root", b"a=b", b"!x", b"%d", b"\xc3\xa9", b"(", b"|x", b">x", b"cr\r", b":::", b"'"]


def real_files(count):
    found = []
    for top in (b"/usr/include", b"/usr/share/doc"):
        for directory, _, names in os.walk(top):
            for name in sorted(names):
                path = os.path.join(directory, name)
                if len(found) < count and os.path.isfile(path) and os.path.getsize(path) < 200_000:
                    found.append(path)
        if len(found) >= count:
            break
    return found


def make_tree(root, files):
    os.makedirs(os.path.join(root, b"sub dir"))
    for number, path in enumerate(files):
        shutil.copyfile(path, os.path.join(root, b"%04d-%s" % (number, os.path.basename(path))))
    for name in HOSTILE:
        for directory in (root, os.path.join(root, b"sub dir")):
            with open(os.path.join(directory, name), "wb") as f:
                f.write(b"content of " + name + b" \xe9\n" * 10)


def contents(root):
    tree = {}
    for directory, _, names in os.walk(root):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as f:
                tree[os.path.relpath(path, root)] = f.read()
    return tree


def found(root):
    """As find prints them, without ./ in front: names may begin with a dash."""
    return subprocess.run(["find", ".", "-type", "f", "-printf", "%P\\0"], cwd=root, check=True,
                          stdout=subprocess.PIPE).stdout


def by_weir(weir, words, root, items):
    return subprocess.run([weir, "-q", "-0", *words], cwd=root, input=items, env=environment(new_id()),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=170)


def by_loop(argv, root, items):
    output = b""
    for item in items.split(b"\0")[:-1]:
        output += subprocess.run([*argv, item], cwd=root, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                 check=True).stdout
    return output


def compare(rig, name, done, loop_root, weir_root):
    expected, got = contents(loop_root), contents(weir_root)
    differing = [path for path in expected.keys() | got.keys() if expected.get(path) != got.get(path)]
    rig.case(name, done.returncode == 0 and not differing and b"PWNED" not in got,
             f"{len(got)} files" if not differing and done.returncode == 0 else
             f"exit {done.returncode}, {len(differing)} differ, such as {differing[:3]}; {done.stderr[-300:]!r}")


def main():
    arguments = Arguments(quick=20, ci=100, full=400)
    weir = arguments.weir
    files = real_files(arguments.number)
    with Rig("real_work_rig") as rig:
        loop_root, weir_root = b"loop", b"weir"
        make_tree(loop_root, files)
        make_tree(weir_root, files)
        items = found(loop_root)
        converted = "iconv -f latin1 -t utf-8 -- {} > {}.utf8"
        by_loop(["sh", "-c", 'iconv -f latin1 -t utf-8 -- "$1" > "$1".utf8', "sh"], loop_root, items)
        compare(rig, "iconv, a script with a redirection",
                by_weir(weir, ["-j8", converted], weir_root, items), loop_root, weir_root)
        items = found(loop_root)
        done = by_weir(weir, ["-k", "-j8", "sha256sum", "--"], weir_root, items)
        rig.case("sha256sum, -k: the loop's output", done.returncode == 0 and
                 done.stdout == by_loop(["sha256sum", "--"], loop_root, items), f"{len(done.stdout)} bytes")
        done = by_weir(weir, ["-j8", "sha256sum", "--"], weir_root, items)
        rig.case("sha256sum, grouped: the same lines", done.returncode == 0 and
                 sorted(done.stdout.split(b"\n")) ==
                 sorted(by_loop(["sha256sum", "--"], loop_root, items).split(b"\n")))
        by_loop(["gzip", "-9", "-n", "--"], loop_root, items)
        compare(rig, "gzip -9 -n, directly",
                by_weir(weir, ["-j8", "gzip", "-9", "-n", "--"], weir_root, items), loop_root, weir_root)


if __name__ == "__main__":
    main()
