#!/usr/bin/env python3
"""The terminal of weir and of its jobs: Enter, --pty and its size, jobs that have the terminal.

    foreground_rig.py WEIR [N | --quick | --ci]

weir is the foreground job of a session on a terminal. Enter has it say what runs, and leaves a line with words in it to whoever
reads next. While progress is drawn, keys are not shown; they are again whatever ends or stops weir, and for a job with --tty. A job with --pty sees a terminal of the right size, also after a resize, and its bytes are those that script(1) would
show without the carriage returns that a terminal adds. A job with --tty is in the foreground, reads keys, keeps Ctrl-C to itself,
stops with weir on Ctrl-Z, N times, and leaves the terminal as it was. In the background of a shell it stops weir in place of
taking the terminal. Whatever the terminal has stopped weir for there, the shell's `kill %1` ends it.
"""
import fcntl
import os
import signal
import struct
import termios

from rig import Rig, engine_of, eventually, lasting_survivors, new_id
from terminal import Terminal
from tool import Arguments


def shows(terminal, text):
    return eventually(lambda: terminal.pump() or text in terminal.screen)


def count(terminal, text):
    terminal.pump()
    return terminal.screen.count(text)


def ends(r, name, terminal, status, run_id):
    word = terminal.next_word()
    terminal.pump()
    same = terminal.attributes() == terminal.before
    terminal.close()
    left = lasting_survivors(run_id)
    r.case(name, word == f"ended {status}" and same and not left, (word, "attributes" if not same else "", left))


def touch(name):
    with open(name, "w", encoding="ascii"):
        pass


def judge_enter(r, weir):
    run_id = new_id()
    terminal = Terminal([weir, "--no-progress", "touch up; while [ ! -e go ]; do sleep 0.02; done; :", ":::", "1"], run_id)
    eventually(lambda: os.path.exists("up"))
    terminal.press(b"\n")
    r.case("Enter says what runs", shows(terminal, b"slot 1 for"))
    terminal.press(b"\n\n")
    eventually(lambda: (terminal.pump(0.02), terminal.screen.count(b"slot 1 for") >= 3)[1])
    terminal.press(b"h\n")
    r.case("h and Enter lists the keys", shows(terminal, b"keys: Enter"))
    lists = terminal.screen.count(b"keys: Enter")
    terminal.press(b"x\n")
    r.case("another letter is told to be none", shows(terminal, b"no key: type h") and terminal.screen.count(b"keys: Enter") == lists)
    before = terminal.screen.count(b"slot 1 for")
    r.case("Enter twice in a row is heard", before >= 3, before)
    terminal.press(b"echo typed ahead\n")
    terminal.press(b"\n")
    terminal.pump(0.3)
    r.case("words are left alone", terminal.screen.count(b"slot 1 for") == before)
    waiting = struct.unpack("i", fcntl.ioctl(os.open(terminal.slave_name, os.O_RDONLY | os.O_NOCTTY), termios.FIONREAD, b"\0" * 4))[0]
    r.case("they are there for who reads next", waiting >= len("echo typed ahead\n"), waiting)
    touch("go")
    ends(r, "and the run ends", terminal, 0, run_id)


def shows_keys(terminal):
    return bool(terminal.attributes()[3] & termios.ECHO)


def judge_echo(r, weir):
    for name in ("go", "up"):
        if os.path.exists(name):
            os.unlink(name)
    command = [weir, "touch up; while [ ! -e go ]; do sleep 0.02; done; :", ":::", "1"]
    for how in ("its end", "SIGTERM", "kill -9 of the engine", "kill -9 of the keeper"):
        run_id = new_id()
        terminal = Terminal(command, run_id)
        eventually(lambda: os.path.exists("up"))
        r.case("keys are not shown in the progress", eventually(lambda: not shows_keys(terminal)))
        terminal.press(b"\n")
        r.case("but heard", shows(terminal, b"slot 1 for"))
        if how == "its end":
            terminal.press(b"\x1a")
            r.case("a shell that Ctrl-Z goes back to shows keys", terminal.next_word() == "stopped" and shows_keys(terminal))
            terminal.fg()
            r.case("fg hides them again", eventually(lambda: not shows_keys(terminal)))
            os.killpg(terminal.pid, signal.SIGSTOP)
            terminal.next_word()
            termios.tcsetattr(terminal.master, termios.TCSANOW, terminal.before)  # as shells do
            terminal.fg()
            r.case("also after a SIGSTOP to the group", eventually(lambda: not shows_keys(terminal)))
            touch("go")
        elif how == "SIGTERM":
            os.kill(terminal.pid, signal.SIGTERM)
        else:
            os.kill(engine_of(terminal.pid) if "engine" in how else terminal.pid, signal.SIGKILL)
        terminal.next_word()
        if "engine" in how:
            r.case("the progress is cleared below its first line", shows(terminal, b"\r\n\x1b[J\x1b[A"))
        r.case(f"keys are shown again after {how}", eventually(lambda: terminal.attributes() == terminal.before))
        terminal.close()
        left = lasting_survivors(run_id)
        r.case("and nothing is left", not left, left)
        for name in ("go", "up"):
            if os.path.exists(name):
                os.unlink(name)
    with open("ask.toml", "w", encoding="ascii") as f:
        f.write("version = 1\n[[job]]\nname = \"one\"\nrun = '''touch up; while [ ! -e go ]; do sleep 0.02; done'''\n"
                "[[job]]\nname = \"ask\"\ninteractive = true\nrun = '''stty -a; echo asked; read x'''\n"
                "[[job]]\nname = \"two\"\nneeds = [\"ask\"]\nrun = '''touch two; while [ ! -e end ]; do sleep 0.02; done'''\n")
    run_id = new_id()
    terminal = Terminal([weir, "--file", "ask.toml"], run_id)
    eventually(lambda: os.path.exists("up"))
    r.case("keys are not shown beside a job", eventually(lambda: not shows_keys(terminal)))
    touch("go")
    r.case("a job with the terminal finds it as it was", shows(terminal, b"asked") and b" echo " in terminal.screen.replace(b";", b" "),
           terminal.screen[-400:])
    terminal.press(b"\n")
    eventually(lambda: os.path.exists("two"))
    r.case("keys are hidden again after it", eventually(lambda: not shows_keys(terminal)))
    touch("end")
    ends(r, "and shown at the end", terminal, 0, run_id)


def set_size(terminal, rows, columns):
    fcntl.ioctl(terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def judge_pty(r, weir):
    run_id = new_id()
    script = "touch in; while [ ! -e sized ]; do sleep 0.02; done; stty size <&1; " \
             "trap 'stty size <&1; exit 0' WINCH; touch trapped; while :; do sleep 0.02; done; :"
    terminal = Terminal([weir, "--no-progress", "--pty", "--line-buffer", script, ":::", "1"], run_id)
    eventually(lambda: os.path.exists("in"))
    set_size(terminal, 33, 111)
    os.kill(terminal.pid, signal.SIGWINCH)
    touch("sized")
    eventually(lambda: os.path.exists("trapped"))
    set_size(terminal, 34, 112)
    r.case("a resize reaches a job's terminal", shows(terminal, b"34 112"), terminal.screen[-200:])
    ends(r, "and the run ends", terminal, 0, run_id)
    text = b"".join(bytes([i]) for i in range(256) if i not in (3, 4, 26, 28)) * 20 + b"\nend\n"
    with open("bytes", "wb") as f:
        f.write(text)
    for mode in ("group", "line"):
        os.system(f"{weir} --pty --output {mode} cat ::: bytes > out 2> err")
        with open("out", "rb") as f:
            r.case(f"the bytes of a job with a terminal, --output {mode}", f.read() == text)


def judge_tty(r, weir, times):
    for name in ("go", "up", "read"):
        if os.path.exists(name):
            os.unlink(name)
    run_id = new_id()
    ask = "printf 'name? '; read name; echo \"hello $name, $(ps -o pgid= -p $$) $(ps -o tpgid= -p $$)\"; " \
          "stty -echo; touch read; read end; :"
    terminal = Terminal([weir, "-j4", "--tty", ask, ":::", "1"], run_id)
    r.case("a job asks", shows(terminal, b"name? "))
    terminal.press(b"you\n")
    r.case("and is answered", shows(terminal, b"hello you"))
    line = next((each for each in terminal.screen.split(b"\r\n") if each.startswith(b"hello")), b"")
    numbers = line.partition(b",")[2].split()
    r.case("it is in the foreground", len(numbers) == 2 and numbers[0] == numbers[1], line)
    eventually(lambda: os.path.exists("read"))
    stopped = 0
    for _ in range(times):
        terminal.press(b"\x1a")
        if terminal.next_word() != "stopped":
            break
        stopped += 1
        terminal.fg()
        terminal.pump(0.1)
    r.case(f"Ctrl-Z stops weir and its job, fg has both go on, {times} times", stopped == times, stopped)
    terminal.press(b"\n")
    ends(r, "the terminal is as before", terminal, 0, run_id)
    run_id = new_id()
    with open("jobs.toml", "w", encoding="ascii") as f:
        f.write("version = 1\n[[job]]\nname = \"ask\"\ninteractive = true\nrun = '''touch up; exec sleep 1000'''\n"
                "[[job]]\nname = \"after\"\nneeds = [{ job = \"ask\", on = \"failure\" }]\nrun = '''echo after'''\n")
    terminal = Terminal([weir, "--no-progress", "--file", "jobs.toml"], run_id)
    eventually(lambda: os.path.exists("up"))
    eventually(lambda: terminal.pump() or os.tcgetpgrp(terminal.master) != terminal.pid)
    terminal.press(b"\x03")
    r.case("Ctrl-C is the job's own", shows(terminal, b"after"), terminal.screen[-300:])
    ends(r, "and the run goes on to its end", terminal, 1, run_id)


def judge_background(r, weir):
    """The terminal is the shell's, which would end without it."""
    run_id = new_id()
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], run_id)
    terminal.press(f"{weir} --tty 'read x; echo got $x {{}}' ::: 1 &\n".encode())
    # A shell tells it with its next prompt.
    r.case("in the background a job that asks stops weir",
           eventually(lambda: terminal.press(b"\n") or count(terminal, b"Stopped") >= 1))
    terminal.press(b"echo the shell $((40 + 2))\n")
    r.case("the shell has its terminal", shows(terminal, b"the shell 42"))
    terminal.press(b"bg\n")
    r.case("bg has it stop again", eventually(lambda: terminal.press(b"\n") or count(terminal, b"Stopped") >= 2))
    lines = count(terminal, b"--tty")
    terminal.press(b"fg\n")
    r.case("fg has it go on", eventually(lambda: count(terminal, b"--tty") > lines))
    terminal.press(b"you\n")
    r.case("fg lets the job ask", shows(terminal, b"got you 1"))
    terminal.press(b"exit 0\n")
    ends(r, "and the shell ends by itself", terminal, 0, run_id)


def judge_kill(r, weir):
    """Each SIGCONT of `kill %1` would have the terminal stop weir again before it hears the SIGTERM."""
    for how, command in (
        ("items from the terminal", f"{weir} echo"),
        ("a job that asks", f"{weir} --tty 'read x; echo got $x {{}}' ::: 1 2"),
        ("output after stty tostop", f"{weir} -j2 'sleep 0.1; echo {{}}' ::: 1 2 3"),
    ):
        run_id = new_id()
        terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], run_id)
        if "tostop" in how:
            terminal.press(b"stty tostop\n")
        terminal.press(command.encode() + b" &\n")
        r.case(f"in the background weir is stopped for {how}",
               eventually(lambda: terminal.press(b"\n") or count(terminal, b"Stopped") >= 1))
        terminal.press(b"kill %1\n")
        r.case("and dies by the SIGTERM of kill %1",
               eventually(lambda: terminal.press(b"\n") or count(terminal, b"Terminated") >= 1), terminal.screen[-300:])
        terminal.press(b"stty -tostop; exit 0\n")
        ends(r, "nothing is left", terminal, 0, run_id)


def main():
    arguments = Arguments(quick=2, ci=10, full=50)
    with Rig("foreground_rig") as r, r.figure("P1", "Enter, --pty and --tty on a terminal: sizes, bytes, foreground, modes"):
        judge_enter(r, arguments.weir)
        judge_echo(r, arguments.weir)
        judge_pty(r, arguments.weir)
        judge_tty(r, arguments.weir, arguments.number)
        judge_background(r, arguments.weir)
        judge_kill(r, arguments.weir)


if __name__ == "__main__":
    main()
