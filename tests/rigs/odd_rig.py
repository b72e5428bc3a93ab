#!/usr/bin/env python3
"""Odd programs, odd input, odd surroundings: what docs/reliability.md says of faults that no figure counts.

    odd_rig.py WEIR [--quick | --ci]

Programs that cannot be started, an input of one line without an end, a line with NUL, escape sequences in
names, records where links are planted, manifests that are hostile, and values that must stay secret.
"""
import fcntl
import os
import re
import shutil
import signal
import stat
import struct
import subprocess
import termios
import threading
import time

from rig import Rig, compile_c, engine_of, environment, eventually, finish, kill_all, new_id, peak_kb, start
from terminal import Terminal
from tool import Arguments

LARGEST_KB = 32 * 1024


def run(argv, text=None, **more):
    env = environment(new_id(), **more.pop("env", {}))
    return subprocess.run(argv, capture_output=True, env=env, timeout=120, check=False,
                          **({"stdin": subprocess.DEVNULL} if text is None else {"input": text}), **more)


def cannot_start(rig, weir):
    """Exit status 1, one line that names program and reason, and the other job runs."""
    with open("plain", "w", encoding="ascii") as f:
        f.write("data")
    with open("script", "w", encoding="ascii") as f:
        f.write("#!/no/such/interpreter\n")
    os.chmod("script", 0o755)
    for name, program, reason in (("ENOENT", "/no/such/program", "No such file"), ("EACCES", "./plain", "denied"),
                                  ("a directory", "/etc", "denied"), ("bad interpreter", "./script", "No such file")):
        done = run([weir, "-j1", "{}", "--version", ":::", program, "/bin/true"])
        rig.case(f"{name}: told, the other job runs", done.returncode == 1 and reason in done.stderr.decode() and
                 program in done.stderr.decode() and b"1 succeeded" in done.stderr, f"exit {done.returncode}, {done.stderr[:200]!r}")
    done = run([weir, "-j1", "/bin/true", "--", "{}"], b"x" * 200_000 + b"\nok\n")
    rig.case("E2BIG: told, the other job runs", done.returncode == 1 and b"stdin:1: an argument of 200000 bytes is too long" in done.stderr and
             b"1 succeeded" in done.stderr, f"exit {done.returncode}, {done.stderr[-200:]!r}")
    with open("jobs.jsonl", "w", encoding="ascii") as f:
        f.write('{"name":"a","argv":["pwd"],"dir":"/no/such/directory"}\n{"name":"b","argv":["echo","b"]}\n')
    done = run([weir, "--file", "jobs.jsonl"])
    rig.case("the job's directory is missing: told, the other job runs", done.returncode == 1 and done.stdout == b"b\n" and
             b"/no/such/directory" in done.stderr, f"exit {done.returncode}, {done.stderr[:200]!r}")


def text_busy(rig, weir):
    """A program that is written to when it is started, as by a compiler that has just been run."""
    program = compile_c("fresh", "int main(void) { return 0; }")
    for _ in range(5):  # a busy machine may keep the timer waiting for longer than weir waits
        busy = os.open(program, os.O_WRONLY)
        threading.Timer(0.02, os.close, [busy]).start()
        done = run([weir, "-q", program, ":::", "x"])
        if done.returncode == 0:
            break
    rig.case("ETXTBSY for 20 ms is waited for", done.returncode == 0, f"exit {done.returncode}, {done.stderr!r}")
    busy = os.open(program, os.O_WRONLY)
    done = run([weir, program, ":::", "x"])
    os.close(busy)
    rig.case("ETXTBSY for ever fails the job", done.returncode == 1 and b"ext file busy" in done.stderr, f"{done.stderr[:120]!r}")


def endless_line(rig, weir, megabytes):
    """Refused with its number, without being kept; the jobs before it have run."""
    run_id = new_id()
    process = start([weir, "-q", "echo"], run_id, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    peak, wrote = 0, 0
    try:
        process.stdin.write(b"first\n")
        for _ in range(megabytes):
            wrote += process.stdin.write(b"x" * 1_000_000)
            peak = max(peak, peak_kb(engine_of(process.pid) or process.pid))
        process.stdin.close()
    except BrokenPipeError:
        pass
    process.stdin = None
    out, err = process.communicate(timeout=60)
    kill_all(run_id)
    rig.case(f"a line of {megabytes} MB: refused, line 2 named, first job ran", process.returncode == 2 and b":2" in err and
             out == b"first\n" and peak < LARGEST_KB, f"exit {process.returncode}, {peak} KB, {wrote} bytes taken, {err[-120:]!r}")


def odd_lines(rig, weir):
    done = run([weir, "-q", "-k", "echo"], b"a\nb\0c\nd\n")
    rig.case("NUL in a line: refused with its number", done.returncode == 2 and b":2" in done.stderr,
             f"exit {done.returncode}, {done.stderr!r}")
    done = run([weir, "-k", "echo"], b"\na\r\n\n\nlast")
    rig.case("CRLF, blank lines, no last newline", done.returncode == 0 and done.stdout == b"a\r\nlast\n" and
             done.stderr.count(b"carriage return") == 1, f"{done.stdout!r} {done.stderr!r}")
    done = run([weir, "-k", "-0", "echo", "-n"], b"a\r\0b\r\0")
    rig.case("with -0 a carriage return is data", done.returncode == 0 and done.stderr == b"", f"{done.stderr!r}")


def escapes(rig, weir):
    """What weir prints of a name, in an error, a summary, -t and a dry run."""
    evil = b"\x1b]0;owned\x07\x1b[2J\xc2\x9b31m"
    for options in (["--summary"], ["-t"], ["--ci", "github"]):
        done = run([weir, *options, "sh", "-c", "exit 3", ":::", evil])
        text = (done.stderr + done.stdout).replace(b"\x1b[0m", b"")
        rig.case(f"escape sequences in an item, {options[0]}", b"\x1b" not in text and b"\x07" not in text and
                 b"\xc2\x9b" not in text, f"{text[:160]!r}")


def dry_run(rig, weir):
    """A pipe gets what a shell reads back, byte for byte; a terminal nothing that it would obey."""
    command = [weir, "--dry-run", "printf", "%s", ":::", "\x1b]0;owned\x07\x1b[2J\n'x"]
    done = run(command)
    again = subprocess.run(["sh"], input=done.stdout, capture_output=True, check=False)
    rig.case("a dry run into sh", again.stdout == "\x1b]0;owned\x07\x1b[2J\n'x".encode(), f"{again.stdout!r}")
    terminal = Terminal(command, new_id())
    word = terminal.next_word()
    terminal.pump()
    terminal.close()
    rig.case("a dry run on a terminal", word == "ended 0" and b"\x1b" not in terminal.screen and b"owned" in terminal.screen,
             f"{word}, {terminal.screen!r}")


def no_progress(rig, weir):
    """Without a capable terminal no control byte is written."""
    for name, env in (("TERM=dumb", {"TERM": "dumb"}), ("COLUMNS=nonsense, C locale", {"COLUMNS": "-7x", "LC_ALL": "C"})):
        run_id = new_id()
        terminal = Terminal([weir, "--summary", "sleep", ":::", "0.7", "0.2"], run_id, env=env)
        word = terminal.next_word()
        terminal.pump()
        terminal.close()
        kill_all(run_id)
        dumb = b"\x1b" not in terminal.screen and b"\x07" not in terminal.screen
        rig.case(f"a terminal with {name}", word == "ended 0" and (dumb or "dumb" not in name), f"{word}, {terminal.screen[-120:]!r}")
    done = run([weir, "--progress", "sleep", ":::", "0.3", "0.1"])
    rig.case("no terminal", b"\x1b" not in done.stderr and b"\r" not in done.stderr, f"{done.stderr[:160]!r}")


# What is opened there then is no terminal; the controlling one is still there.
HIDE_TERMINAL = ["unshare", "--mount", "sh", "-c", "mount --bind /dev/null /dev/tty && exec \"$@\"", "sh"]


def terminals(rig, weir):
    """A terminal that changes its size, that weir may not write to, that jobs would read from."""
    terminal = Terminal([weir, "-j2", "sleep", ":::", *["0.4"] * 6], new_id(), env={"TERM": "xterm"})
    for number in range(12):
        terminal.pump(0.1)
        fcntl.ioctl(terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", 1 + number % 3 * 10, 1 + number * 17 % 90, 0, 0))
    word = terminal.next_word()
    same = terminal.attributes() == terminal.before
    terminal.close()
    rig.case("a terminal that is resized all the time, down to 1 x 1", word == "ended 0" and same, word)
    for options, bar in ((["-t"], False), (["-t", "--bar"], True)):
        terminal = Terminal([weir, *options, "-j1", "sleep", ":::", "0.3"], new_id(), env={"TERM": "xterm"})
        word = terminal.next_word()
        terminal.pump()
        terminal.close()
        rig.case(f"{' '.join(options)}: the command line is told{' above the bar' if bar else ', and no bar drawn'}", word == "ended 0" and
                 b"sleep 0.3\r" in terminal.screen and (b"\x1b[?7l" in terminal.screen) == bar, f"{word}, {terminal.screen[-120:]!r}")
    terminal = Terminal(["sh", "-mc", f"{weir} sleep ::: 0.4 0.2 & wait; echo over"], new_id(), env={"TERM": "xterm"})
    word = terminal.next_word()
    terminal.pump()
    terminal.close()
    rig.case("in the background no byte of progress", word == "ended 0" and b"\x1b[?" not in terminal.screen and
             b"\x07" not in terminal.screen and b"over" in terminal.screen, f"{word}, {terminal.screen!r}")
    for option, bar in (("", False), ("--progress", True)):
        terminal = Terminal(["sh", "-c", f"{weir} -j1 {option} sleep ::: 0.5 0.5 0.5 0.5 | cat"], new_id(), env={"TERM": "xterm"})
        word = terminal.next_word()
        terminal.pump()
        terminal.close()
        rig.case(f"stdout is a pipe, {option or 'no option'}: {'a' if bar else 'no'} bar", word == "ended 0" and
                 (b"\x1b[?" in terminal.screen) == bar, f"{word}, {terminal.screen!r}")
    few = f"ulimit -n 16; exec {weir} -j8 echo item ::: $(seq 30)"
    terminal = Terminal(["sh", "-c", few], new_id(), env={"TERM": "xterm"})
    word = terminal.next_word()
    terminal.pump()
    terminal.close()
    # Rows of the progress show the commands, too, but end otherwise.
    printed = re.findall(rb"item (\d+)\r\n", terminal.screen)
    rig.case("ulimit -n 16 at a terminal: all jobs run", word == "ended 0" and sorted(map(int, printed)) == list(range(1, 31)),
             f"{word}, {terminal.screen!r}")
    asks = [weir, "-q", "cat /dev/tty || echo none {}; echo tty $(cut -d' ' -f7 /proc/self/stat)", ":::", "x"]
    for what, prefix in {"": [], ", if weir cannot open it, either": HIDE_TERMINAL}.items():
        if prefix and subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL).returncode != 0:
            rig.skip("no /dev/tty", "cannot mount")
            continue
        terminal = Terminal([*prefix, *asks], new_id())
        word = terminal.next_word()
        terminal.pump()
        terminal.close()
        seen = terminal.screen
        rig.case(f"a job that reads /dev/tty fails at once, and is not stopped{what}", word == "ended 0" and
                 b"tty 0" in seen and (prefix or b"none x" in seen), f"{word}, {seen!r}")


def nothing_after_a_stop(rig, weir):
    """Neither a retry nor a pending job starts once the run is stopping."""
    run_id = new_id()
    process = start([weir, "-q", "-j2", "--retries", "5", "echo {} >> began; sleep 1000", ":::", "1", "2", "3"], run_id)
    eventually(lambda: os.path.exists("began") and len(read("began").split()) == 2)
    process.terminate()
    status = finish(process)
    kill_all(run_id)
    rig.case("no retry and no pending job starts after SIGTERM", status == -signal.SIGTERM and len(read("began").split()) == 2,
             f"{status}, {read('began').split()}")


def no_process_for_ever(rig, weir):
    """fork fails with EAGAIN for ever and no job runs: given up after 30 s."""
    if not shutil.which("strace"):
        return rig.skip("no process for ever", "strace is missing")
    begin = time.monotonic()
    done = run(["strace", "-f", "-o", "/dev/null", "-e", "trace=clone3", "-e", "inject=clone3:error=EAGAIN", weir, "-j2", "echo",
                ":::", "1", "2"])
    rig.case("EAGAIN for ever: told, tried for 30 s, both jobs fail", done.returncode == 1 and b"2 failed" in done.stderr and
             done.stderr.count(b"warning") == 1 and time.monotonic() - begin > 29, f"exit {done.returncode}, {done.stderr[:200]!r}")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def planted_links(rig, weir):
    os.mkdir("elsewhere")
    os.mkdir("kept")
    os.symlink("../elsewhere", "kept/a")
    done = run([weir, "-q", "--results", "kept", "echo", ":::", "a"])
    rig.case("a link in a results directory is not followed", done.returncode != 0 and not os.listdir("elsewhere"), f"{done.stderr!r}")
    done = run([weir, "-q", "--results", "names", "true", ":::", "../x", "/etc/x", "..", ".", "a/../../b", ""])
    outside = [name for name in os.listdir("names") if "/" in name or name.startswith(".")]
    modes = {stat.S_IMODE(os.stat(os.path.join("names", name)).st_mode) for name in os.listdir("names")}
    rig.case("names do not lead out of it, mode 0700", done.returncode == 0 and len(os.listdir("names")) == 6 and not outside and
             modes == {0o700}, f"{sorted(os.listdir('names'))}")
    run([weir, "-q", "--journal", "mode", "--trace", "trace", "true", ":::", "x"])
    modes = {stat.S_IMODE(os.stat(name).st_mode) for name in ("mode", "trace")}
    rig.case("records have mode 0600", modes == {0o600}, f"{[oct(mode) for mode in modes]}")


MANIFESTS = {
    "an unknown key": 'version = 1\n[[job]]\nname = "a"\nrnu = "true"\n',
    "a duplicate key": 'version = 1\n[[job]]\nname = "a"\nrun = "true"\nrun = "false"\n',
    "a wrong type": 'version = 1\n[[job]]\nname = "a"\nrun = 7\n',
    "NaN": 'version = 1\n[[job]]\nname = "a"\nrun = "true"\ntimeout = nan\n',
    "a cycle": 'version = 1\n[[job]]\nname = "a"\nrun = "true"\nneeds = ["b"]\n[[job]]\nname = "b"\nrun = "true"\nneeds = ["a"]\n',
    "depth": "version = 1\nx = " + "[" * 5000 + "]" * 5000 + "\n",
    "a matrix of 10^12": 'version = 1\n[[job]]\nname = "{a}{b}{c}{d}"\nrun = "true"\nmatrix = { ' + ", ".join(
        f"{key} = [{', '.join(map(str, range(1000)))}]" for key in "abcd") + " }\n",
}


def hostile_manifests(rig, weir):
    for name, text in MANIFESTS.items():
        with open("hostile.toml", "w", encoding="utf-8") as f:
            f.write(text + '[[job]]\nname = "witness"\nrun = "touch STARTED"\n')
        begin = time.monotonic()
        done = run([weir, "--file", "hostile.toml"])
        rig.case(f"a manifest with {name}: exit 2, the place is named, nothing starts", done.returncode == 2 and
                 b"hostile.toml:" in done.stderr and not os.path.exists("STARTED") and time.monotonic() - begin < 10,
                 f"exit {done.returncode}, {done.stderr[:140]!r}")


def secrets(rig, weir):
    with open("secret.toml", "w", encoding="ascii") as f:
        f.write('version = 1\n[[job]]\nname = "a"\nrun = "exit 1"\nenv = { TOKEN = "s3cr3t-value" }\n')
    text = b""
    for options in (["--dry-run"], ["--check"], ["-t", "--summary", "--journal", "j", "--trace", "t", "--joblog", "l", "--report", "r.html",
                                                "--junit", "u.xml"]):
        done = run([weir, *options, "--file", "secret.toml"])
        text += done.stdout + done.stderr
    for name in ("j", "t", "l", "r.html", "u.xml"):
        with open(name, "rb") as f:
            text += f.read()
    rig.case("values of env are in no log, record, plan or dry run", b"s3cr3t" not in text and len(text) > 500, f"{len(text)} bytes")


def changed_input(rig, weir):
    """Jobs are known by what they are: one line more in front, and only that one runs."""
    run([weir, "-q", "--journal", "edited", "echo"], b"a\nb\nc\n")
    done = run([weir, "-q", "-k", "--resume", "edited", "echo"], b"new\nc\na\nb\nb\n")
    rig.case("resumed with edited input: what is new runs, nothing else", done.stdout == b"new\nb\n", f"{done.stdout!r}")


def refusals(rig, weir):
    """A FILE that was forgotten, an empty value, /dev/null in the place of items: nothing runs, no file is made."""
    files = ("--journal", "--resume", "--joblog", "--report", "--trace", "--junit", "--results", "--durations")
    wrong = [[option, "touch", *rest] for option in files for rest in ([], [":::", "STARTED"], ["-k", ":::+", "STARTED"])]
    wrong += [[f"{option}=", "touch", ":::", "STARTED"] for option in files]
    wrong += [[*option, "-a", "MISSING", "touch", "STARTED"] for option in (["--journal", "j.new"], ["--joblog", "l.new"])]
    wrong += [["--resume", "nice", "touch", ":::", "STARTED"], ["--timeout", "", "touch", ":::", "STARTED"], ["touch", "STARTED"]]
    before = sorted(os.listdir("."))
    taken = [words for words in wrong if run([weir, *words]).returncode != 2]
    rig.case("a forgotten value, or no list of items: exit 2, nothing runs, no file is made",
             not taken and sorted(os.listdir(".")) == before, f"{taken}, {set(os.listdir('.')) - set(before)}")


def main():
    arguments = Arguments(quick=20, ci=100, full=1000)
    weir = arguments.weir
    with Rig("odd_rig") as rig:
        cannot_start(rig, weir)
        text_busy(rig, weir)
        endless_line(rig, weir, arguments.number)
        odd_lines(rig, weir)
        escapes(rig, weir)
        dry_run(rig, weir)
        no_progress(rig, weir)
        terminals(rig, weir)
        nothing_after_a_stop(rig, weir)
        if not arguments.quick:
            no_process_for_ever(rig, weir)
        planted_links(rig, weir)
        hostile_manifests(rig, weir)
        secrets(rig, weir)
        changed_input(rig, weir)
        refusals(rig, weir)


if __name__ == "__main__":
    main()
