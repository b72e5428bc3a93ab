#!/usr/bin/env python3
"""Hostile items reach the job byte for byte, and are never code.

    hostile_rig.py WEIR [ITEMS | --quick | --ci] [--peer xargs|parallel]        R23

ITEMS items (200): quotes, substitutions, newlines, control and escape sequences, bytes that are no UTF-8, empty ones,
placeholders, options, and random ones of all these. They come from the command line, from `-0`, CSV, columns and JSON Lines, go to
a program, and into a script bare, in double and in single quotes, in here-documents, in functions and after `set --`, for every
shell that is here, and through what --dry-run and --joblog print, pasted into each. A program prints its argument in hex.
Each would leave a file if it were run as code. Where a shell evaluates numbers, an item fails its job. Scripts whose items are plain
enough to be printed in them, and some that are not, do the same when the line in the job log is pasted into each shell.
"""
import json
import os
import random
import re
import shutil
import subprocess
import tempfile

from rig import Rig, compile_c, environment, new_id
from tool import Arguments

PRINTER = r"""
#include <stdio.h>
int main(int argc, char** argv) {
  for (const unsigned char* p = (const unsigned char*)(argc > 1 ? argv[argc - 1] : ""); *p; ++p) printf("%02x", *p);
  return puts(argc > 1 ? "" : "none") < 0;
}
"""
PARTS = [b"'", b'"', b"\\", b"$(touch PWNED)", b"`touch PWNED`", b"; touch PWNED #", b"\ntouch PWNED\n", b"$HOME", b"${IFS}",
         b"*", b"?", b"[a-z]", b"~", b"{}", b"{.}", b"{1}", b"{#}", b"{%}", b":::", b"--", b"-n", b"--help", b"|cat", b">PWNED",
         b"&&touch PWNED", b"\x1b[2J", b"\x1b]0;title\x07", b"\xff\xfe", b"\xc3\x28", b"\x80", b"caf\xc3\xa9",
         "日本\u202e".encode(), b"\r", b"\t", b"\x01", b"\x7f", b" ", b"  ", b"%s%n", b"!!", b"a=b", b"<(touch PWNED)", b"'\"'\"'",
         b"$'\\n'", b"\\x41", b"((", b"#", b"\\\n", b"$1", b'"$@"', b"=ls", b"a==ls", b"x" * 5000]


def items_of(count):
    # Each printable byte in front: `=ls` is a path to zsh, `~root` to all.
    items = [*PARTS, *(bytes([c]) + b"ls" for c in range(33, 127) if not chr(c).isalnum()), *(b"a" + part + b"b" for part in PARTS)]
    while len(items) < count:
        items.append(b"".join(random.choice(PARTS) for _ in range(random.randrange(2, 6)))[:20000])
    return items[:count]


def shown(done, items):
    """Items that did not arrive; whatever was printed in excess counts, too."""
    wanted = [item.hex().encode() for item in items]
    got = done.stdout.split(b"\n")[:-1]
    if sorted(got) == sorted(wanted):
        return []
    return [items[i] for i, text in enumerate(wanted) if text not in got] or [b"more than was asked for"]


def run(argv, items, **more):
    return subprocess.run(argv, capture_output=True, env=environment(new_id()), timeout=120, check=False, **more)


def ways(tool, printer):
    """(name, a function from items to a finished run)."""
    def by_null(*argv):
        return lambda items: run(argv, items, input=b"".join(item + b"\0" for item in items))
    if tool.name == "xargs":
        return [("a program", by_null("xargs", "-0", "-n1", printer)),
                ("a script", by_null("xargs", "-0", "-I{}", "sh", "-c", f"{printer} {{}}"))]
    if tool.name == "parallel":
        return [("a program", by_null("parallel", "--will-cite", "-0", printer)),
                ("a script", by_null("parallel", "--will-cite", "-0", f'{printer} "{{}}"'))]
    weir = [tool.path, "-q", "-j4"]

    def by_manifest(items):
        # What is not UTF-8 cannot be said in JSON.
        lines = "".join(json.dumps({"name": f"j{i}", "argv": [printer, item.decode()]}, ensure_ascii=i % 2 == 0) + "\n"
                        for i, item in enumerate(items))
        return run([*weir, "--file", "-", "--format", "jsonl"], items, input=lines.encode())

    def by_line(line_of, *argv):
        return lambda items: run([*weir, *argv], items, input=b"".join(line_of(item) for item in items))

    def csv_line(item):
        return b'a,"' + item.replace(b'"', b'""') + b'"\r\n'

    return [("a program, -0", by_null(*weir, "-0", printer)),
            ("a program, a delimiter of two bytes", by_line(lambda item: item + "\u00e4".encode(), "-d", "\u00e4", printer)),
            ("a program, CSV", by_line(csv_line, "--csv", printer, "{2}")),
            ("a program, columns at an expression",
             by_line(lambda item: b"a\x1e" + item + b"\0", "-0", "--colsep", r"[\x1e\x1d]", printer, "{2}")),
            ("a program, in the middle, -0", by_null(*weir, "-0", "env", "A={}", printer, "{}")),
            ("a program, :::", lambda items: run([*weir, printer, ":::", *items], items)),
            ("a script, bare", by_null(*weir, "-0", f": | {printer} {{}}")),
            ("a script, in double quotes", by_null(*weir, "-0", f': | {printer} "{{}}"')),
            ("a script, in single quotes", by_null(*weir, "-0", f": | {printer} '{{}}'")),
            ("a manifest of JSON Lines", by_manifest)]


SHELLS = [shell for shell in ("sh", "dash", "bash", "zsh", "ksh", "busybox sh") if shutil.which(shell.split()[0])]
OTHERS = [shell for shell in ("fish", "tcsh") if shutil.which(shell)]


def scripts(printer):
    """(name, a script that gives its item to the printer, as the last argument)"""
    return [("bare", f"{printer} {{}}"), ("in double quotes", f'{printer} "{{}}"'), ("in single quotes", f"{printer} '{{}}'"),
            ("in a substitution", f'x=$({printer} {{}}); echo "$x"'), ("in backquotes", f'x=`{printer} "{{}}"`; echo "$x"'),
            ("in a function", f"f() {{ set -- x; {printer} {{}}; }}; f y"), ("after set and shift", f"set -- a b; shift; {printer} {{}}"),
            ("in an expansion", f'{printer} "${{nope:-{{}}}}"'), ("in a pattern", f"case {{}} in ({{}}) {printer} {{}};; esac"),
            ("in a here-document", f"{printer} \"$(cat <<E\n.{{}}.\nE\n)\" | sed 's/^2e//;s/2e$//'"),
            ("in a quoted here-document", f"{printer} \"$(cat <<'E'\n.{{}}.\nE\n)\" | sed 's/^2e//;s/2e$//'")]


def by_shells(tool, printer):
    """Of scripts: (name, a function from items to a finished run)."""
    def by_null(*argv):
        return lambda items: run([tool.path, "-q", "-j4", "-0", *argv], items, input=b"".join(item + b"\0" for item in items))

    def pasted(shell, script):
        def paste(items):
            lines = run([tool.path, "-0", "--dry-run", script], items, input=b"".join(item + b"\0" for item in items)).stdout
            return run(shell.split(), items, input=lines)
        return paste

    def pasted_from_log(shell, *argv):
        def paste(items):
            by_null("--joblog", "log", *argv)(items)
            with open("log", "rb") as log:
                lines = [line.split(b"\t", 8)[8] for line in log.read().split(b"\n")[1:-1]]
            os.unlink("log")
            return run(shell.split(), items, input=b"\n".join(lines) + b"\n")
        return paste
    ways_ = []
    for shell in SHELLS:
        ways_ += [(f"the job log of a program, pasted into {shell}", pasted_from_log(shell, printer)),
                  (f"the job log of a script, pasted into {shell}", pasted_from_log(shell, f": | {printer} {{}}")),
                  (f"the job log of a script for bash, pasted into {shell}", pasted_from_log(shell, "bash", "-c", f"{printer} {{}}"))]
    for what, script in scripts(printer):
        ways_ += [(f"{shell}, {what}", by_null("--shell", shell, script)) for shell in SHELLS]
        ways_ += [(f"pasted into {shell}, {what}", pasted(shell, script)) for shell in SHELLS]
    for shell in OTHERS:
        ways_ += [(f"{shell}, {what}", by_null("--shell", shell, script)) for what, script in scripts(printer)[:3]]
    return ways_


EVALUATED = ["echo $(( {} ))", "(( {} ))", "for ((i=0;i<{};i++)); do break; done", "echo $[ {} ]", "a[{}]=1", "[[ {} -gt 5 ]]",
             "let x={}", "declare -i x={}", "printf -v {} x", "[ -v {} ]", "read {} <<< x", "unset {}", "echo ${s:{}:2}",
             "echo ${a[{}]}", "n={}; echo $((n))", "coproc (( {} ))"]
# An item that is no plain word must not reach the shell within.
NESTED = ['cd . && sh -c "echo {}"', "exec sh -c 'echo {}'; :", 'X=1 nice bash -c "echo {}"; :', "echo x | xargs sh -c 'echo {}'",
          "find . -maxdepth 0 -exec sh -c 'echo {}' \\;", 'eval "echo {}"', "trap 'echo {}' EXIT; :", "alias x='echo {}'; :",
          "f() { command sh -c 'echo {}'; }; f", 'echo "$(sh -c "echo {}")"']

# The same for shells of other families; what is refused as a whole is right, too.
NESTED_ELSEWHERE = {
    "fish": ['eval "echo {}"', "eval echo {}", 'alias x="echo {}"; x', 'trap "echo {}" EXIT', "echo 'echo {}' | source",
             "set v {}; eval \"echo $v\"", "function f; eval \"echo {}\"; end; f", "echo (eval \"echo {}\")", "sh -c 'echo {}'; true"],
    "tcsh -f": ['eval "echo {}"', "alias x 'echo {}'\nx", 'echo "`echo "{}"`"', 'echo x"`printf %s "{}" y`"z', 'if (1) eval "echo {}"',
                'set v = {}\neval "echo $v:q"', "sh -c 'echo {}'; true"]}
FISH_ARGUMENTS = [["--command=echo {}"], ["-cecho {}"], ["-c", "echo 1", "-c", "echo {}"], ["-c", "echo {}", "-c", "echo 1"],
                  ["-C", "echo {}", "-c", "echo 1"], ["--init-command=echo {}", "-c", "echo 1"], ["-ic", "echo {}"]]


def evaluated_elsewhere(rig, weir):
    items = ["(touch PWNED)", "; touch PWNED", "$(touch PWNED)", "`touch PWNED`", '"; touch PWNED; "', "'; touch PWNED; '", "\ntouch PWNED\n"]
    commands = [["--shell", shell, script] for shell, scripts_ in NESTED_ELSEWHERE.items() if shutil.which(shell.split()[0])
                for script in scripts_]
    commands += [["fish", *arguments] for arguments in FISH_ARGUMENTS if shutil.which("fish")]
    for command in commands:
        done = subprocess.run([weir, "-q", *command, ":::", *items], capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                              env=environment(new_id()), check=False)
        planted = os.path.exists("PWNED")
        if planted:
            os.unlink("PWNED")
        rig.case(" ".join(command).replace("\n", " "), not planted and done.returncode in (0, 1, 2), f"exit {done.returncode}, PWNED: {planted}")


def evaluated(rig, weir):
    """Code in the place of a number: no shell sees it, and the jobs beside it run."""
    items = ["a[$(touch PWNED)0]", "x[$(touch PWNED)]", "PATH", "1", "$(touch PWNED)", "`touch PWNED`", "';touch PWNED;'",
             '";touch PWNED;"', "\ntouch PWNED\n", "|touch PWNED"]
    for shell in SHELLS:
        for script in [*(EVALUATED if shell in ("sh", "bash", "zsh", "ksh") else []), *NESTED]:
            done = subprocess.run([weir, "-q", "--shell", shell, script, ":::", *items], capture_output=True, timeout=60,
                                  env=environment(new_id()), check=False)
            planted = os.path.exists("PWNED")
            rig.case(f"{shell}: {script}", not planted and done.returncode in (0, 1), f"exit {done.returncode}, PWNED: {planted}")


# Which of these are printed in the script is weir's decision: the line must do what the job did.
PLAIN = ["1", "0", "07", "a.b", "a", "v", "if", "in", "done", "-n", "-", "--", "a b", " ", "", "x=y", "%1", "%", "+x", "@", ",", "a,b", "a:b",
         ":h", "/", "//", "..", "é", "*", "?", "{a,b}", "~", "!", "!!", "=ls", "#", "a#", "[a-z]", "(", "&", "echo", "true", "time", "noglob",
         "REPLY", "x", "2", "E", "0x1f", "1e3", "\u00a0"]
SHOWN = ["exit {}", "echo {}; exit 3", "echo a{}b {}{}; exit 3", 'echo "a {} b"; exit 3', "echo 'a {} b'; exit 3", "x={}; echo \"$x\"; exit 3",
         'v=w; echo $v{} "$v{}" "${v}{}" ${v}{}; exit 3', "v=w; va=1; echo ${va:-{}} ${nope:-{}} ${v#{}} ${nope:- {}}; exit 3", "{} x; exit 3",
         "for i in {} b; do echo $i; done; exit 3", "case {} in (a) echo A;; (1|*) echo other;; esac; exit 3",
         "case a in ({}) echo same;; (*) echo other;; esac; exit 3", "case a.b in (a{}) echo same;; (*) echo other;; esac; exit 3",
         "echo $((1 + {})) $(({}*2)); exit 3", "echo x > {}.out; cat -- {}.out; exit 3", "echo x >./{}; cat ./{}; exit 3", "echo x 2>{}; exit 3",
         "echo {}>out; cat out; exit 3", "echo {}1>out; cat out; exit 3", "cat <<E\n{}\n{}x\nE\nexit 3", "echo [{}] [!{}] {}[a]; exit 3",
         "touch a1 a.b; echo a{} a[{}] a?{}; exit 3", "echo {1}={1} ={}; exit 3", "a{}=5; echo $aa; exit 3", "{}=5; echo $x; exit 3",
         "f() { echo \"$1\" {}; }; f {}; exit 3", "{}() { echo f; }; a; exit 3", "echo ~/{} a:~/{}; exit 3", "set -- {} {}; echo $#; exit 3",
         "echo `echo {}` $(echo \"{}\"); exit 3", 'echo "`echo {}`" "$(echo {})"; exit 3', "[ {} = a ] && echo same; exit 3",
         "test -n {} && echo full; exit 3", "echo a\\\n{}; exit 3", "v=w; echo $v\\\n{}; exit 3", "echo $#{} $-{} >/dev/null; echo $#; exit 3",
         "echo \\{} \"\\{}\"; exit 3", "export y={}; echo \"$y\"; exit 3", "exec echo {}", "! echo {}; exit 3", "IFS=.; echo {} $(echo {}); exit 3",
         "for {} in 1; do echo $x; done; exit 3", "set -f; echo {} {}*; exit 3", "alias echo=false; eval echo {}; exit 3", "unset {}; exit 3",
         "echo {}(a); exit 3", "echo $0 {}; exit 3", "shift {} 2>/dev/null; exit 3", "printf '%s|' {} a{}; exit 3", "echo {} # {}\nexit 3",
         "if true; then echo {}; fi; exit 3", "while echo {}; do break; done; exit 3", "(echo {}); { echo {}; }; exit 3", "X={} env | grep ^X=; exit 3"]
FOR_BASH = ["[[ a.b =~ {} ]] && echo same; exit 3", "[[ a.b == {} ]] && echo same; exit 3", "a=({} x{}); echo \"${a[@]}\"; exit 3", "let n={}; echo $n; exit 3",
            "s=abcdef; echo ${s:{}} ${s:{}:1} ${s/{}/x}; exit 3", "a[{}]=5; echo ${a[{}]}; exit 3", "(( {} > 0 )) && echo more; exit 3",
            "cat <<< {}; exit 3", "echo {a,{}}; exit 3", "declare -i n={}; echo $n; exit 3", "echo $[{}]; exit 3", "function f { echo {}; }; f; exit 3"]


STATE = re.compile(rb"<state (\d+)>\n")


def marked(lines):
    """A script that says of each line what it printed and how it ended."""
    return "".join(f"( {line}\n)\necho \"<state $?>\"\n" for line in lines)


def in_empty_directory(argv, text):
    """What patterns match and what files hold is then the same each time."""
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(argv, capture_output=True, timeout=120, env=environment(new_id()), input=text.encode(), cwd=directory, check=False)
    return done.stdout


def printed(rig, weir):
    """The lines of the job log do what the jobs did."""
    log = os.path.abspath("log")
    for shell in SHELLS:
        for script in [*SHOWN, *(FOR_BASH if shell in ("bash", "zsh", "ksh") else [])]:
            # Many jobs write the same files: one at a time.
            did = in_empty_directory([weir, "-q", "-q", "-k", "-j1", "-0", "--shell", shell, "--joblog", log, script],
                                     "".join(item + "\0" for item in PLAIN))
            if not os.path.exists(log):
                continue  # refused as a whole
            with open(log, "rb") as file:
                rows = [line.split(b"\t", 8) for line in file.read().split(b"\n")[1:-1]]
            os.unlink(log)
            rows = [row for row in rows if row[8]]
            lines = [row[8].decode() for row in rows]
            inlined = sum("weir_1" not in line for line in lines)
            wrong = []
            for into in SHELLS if shell == "sh" else ["sh"]:
                out = in_empty_directory(into.split(), marked(lines))
                if STATE.sub(b"", out) != did or STATE.findall(out) != [row[6] for row in rows]:
                    wrong.append(into)
            rig.case(f"printed: {shell}: {script!r}", not wrong, f"{len(lines)} lines, {inlined} with the item in the script; another outcome in {wrong}")


def utf8(item):
    try:
        return item.decode() is not None
    except UnicodeDecodeError:
        return False


def main():
    arguments = Arguments(quick=60, ci=100, full=200)
    random.seed(1)
    with Rig("hostile_rig") as rig, rig.figure("R23", f"{arguments.number} hostile arguments byte-exact, 0 run as code") as figure:
        printer = compile_c("printer", PRINTER)
        lost, ran = 0, 0
        every_way = ways(arguments.tool, printer)
        if arguments.tool.is_weir:
            every_way += by_shells(arguments.tool, printer)
            evaluated(rig, arguments.weir)
            evaluated_elsewhere(rig, arguments.weir)
            printed(rig, arguments.weir)
        for name, way in every_way:
            items = items_of(arguments.number)
            if "manifest" in name:
                # A placeholder in a manifest's argv is one; data comes from a matrix.
                items = [item for item in items if utf8(item) and b"{" not in item]
            elif "substitution" in name or "backquotes" in name:
                # $(...) takes newlines at the end away.
                items = [item for item in items if not item.endswith(b"\n")]
            elif name.endswith(":::"):
                items = [item for item in items if item not in (b":::",)]
            done = way(items)
            wrong = shown(done, items)
            planted = os.path.exists("PWNED")
            if planted:
                os.unlink("PWNED")
            lost, ran = lost + len(wrong), ran + planted
            rig.case(name, not wrong and not planted and done.returncode == 0,
                     f"exit {done.returncode}, {len(items)} items, {len(wrong)} wrong {wrong[:3]}, "
                     f"{'code ran; ' if planted else ''}{done.stderr[-200:]!r}")
        figure.measured = f"{lost} wrong, in {ran} ways code ran"


if __name__ == "__main__":
    main()
