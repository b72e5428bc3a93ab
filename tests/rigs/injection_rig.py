#!/usr/bin/env python3
"""System calls that fail: weir does not hang, leaves no process, and never exits 0 with lost work.

    injection_rig.py WEIR [CALLS | --quick | --ci] [--peer xargs|parallel]        R13

strace lets the first, the second, ... CALLSth (20) of each system call fail with each error, and some
errors come for ever; weir runs sixty jobs with a journal meanwhile. The errors that a call is bound to
get over, EINTR first, must be got over: all work done, exit status 0. strace counts the calls of each
process apart; without -f it sees the process that is started alone: without its keeper, since fork(2)
fails, too, that one runs the jobs.
"""
import os
import shutil
import subprocess

from rig import Rig
from tool import Arguments
from verdict import all_done, no_lie, run

NO_KEEPER = ["-e", "inject=clone:error=EAGAIN:when=1"]
ERRORS = ("EINTR", "EAGAIN", "ENOMEM", "ENOSPC", "EIO", "EMFILE")
# clone3 falls back to posix_spawn(3), which uses clone3 and clone. execve is that of strace's child.
CALLS = ("clone3", "clone", "pipe2", "openat", "read", "write", "fdatasync", "epoll_create1", "epoll_ctl", "epoll_wait",
         "waitid", "pidfd_open", "signalfd4", "timerfd_settime", "close", "fcntl", "mmap", "flock", "rt_sigprocmask")
# (what, must all work be done?)
STORMS = [
    ("clone3:error=ENOSYS", True), ("clone3:error=EPERM", False),  # posix_spawn(3) fails, too, then
    ("clone3:error=EAGAIN:when=1..3", True),
    ("clone3:error=EAGAIN:when=5..30", True), ("clone3:error=ENOMEM:when=2+7", True),
    ("pipe2:error=EMFILE:when=1", True), ("pipe2:error=EMFILE:when=2", True),
    ("pipe2:error=EMFILE:when=7+5", True), ("pipe2:error=ENFILE:when=3..40", True),
    ("read:error=EINTR:when=8+3", True), ("read:error=EAGAIN:when=8+4", True),
    ("read:error=EIO:when=12", False), ("read:error=EIO:when=40+9", False),
    ("waitid:error=EINTR:when=1+2", True), ("epoll_wait:error=EINTR:when=1+2", True),
    ("epoll_ctl:error=ENOMEM:when=20", False), ("epoll_ctl:error=ENOSPC:when=30", False),
    ("write:error=EINTR:when=1", True), ("write:error=EAGAIN:when=1", True),
    ("write:error=EIO:when=1", False), ("write:error=ENOSPC:when=1", False), ("write:error=ENOSPC:when=2", False),
    ("signalfd4:error=EMFILE", False), ("timerfd_create:error=EMFILE", True),
    ("mmap:error=ENOMEM:when=30+", False), ("prlimit64:error=EPERM", True), ("fcntl:error=EINVAL:when=5+", False),
    ("prctl:error=EINVAL", True), ("pidfd_open:error=EMFILE", False), ("pidfd_open:error=ENOSYS", False),
    ("fdatasync:error=EIO", False), ("fdatasync:error=EINTR:when=1+2", False),
    ("openat:error=EMFILE:when=20+3", False), ("epoll_wait:error=EINTR:when=2+2", True),
]


def inject(argv, what, before=()):
    call = what.split(":")[0]
    return run(argv, prefix=["strace", "-o", "trace", "-e", f"trace={call},clone", *before, "-e", f"inject={what}"],
               hangs_after=45)


def injected():
    """Whether the call was made so often at all."""
    with open("trace", encoding="utf-8", errors="replace") as f:
        return "(INJECTED)" in f.read().replace("EAGAIN (Resource temporarily unavailable) (INJECTED)", "", 1)


def matrix(rig, tool, most, step):
    """As SQLite is tested: the first call fails, the second, ... until there is none more."""
    reached, ran = 0, 0
    with rig.figure("R13", f"{len(CALLS)} system calls x {len(ERRORS)} errors x 1..{most}th time: no hang, no orphan, "
                    "no exit 0 with lost work") as figure:
        for call in CALLS:
            for error in ERRORS:
                for nth in range(1, most + 1, step):
                    what = f"{call}:error={error}:when={nth}"
                    if call == "clone":  # the keeper's: with a keeper, then
                        result = inject(tool.items(8, ["echo", "item"]), what)
                    else:
                        result = inject(journaled(tool), what, NO_KEEPER)
                    ran += 1
                    if not no_lie(Quiet(rig), what, result):
                        no_lie(rig, what, result)
                    if call != "clone" and not injected():
                        break
                    reached += 1
        figure.measured = f"{reached} injections, {len(figure.failures)} wrong"
        rig.case("matrix", not figure.failures and reached > 0, f"{reached} of {ran} runs reached the call")


class Quiet:
    """A rig for thousands of cases: says nothing of what passes."""

    def __init__(self, rig):
        self.rig = rig

    @staticmethod
    def case(_name, ok, _detail=""):
        return ok


def journaled(tool):
    if os.path.exists("journal"):
        os.unlink("journal")
    return tool.items(8, ["echo", "item"], "--journal", "journal")


def storms(rig, weir):
    with rig.figure("R13", "errors that come again and again: the same, and what can be overcome is"):
        for what, overcome in STORMS:
            judge = all_done if overcome else no_lie
            argv = [weir, "-q", "-j8", "--journal", "journal", "echo", "item"]
            if os.path.exists("journal"):
                os.unlink("journal")
            judge(rig, f"inject {what}", inject(argv, what, NO_KEEPER))


def main():
    arguments = Arguments(quick=1, ci=3, full=20)
    with Rig("injection_rig") as rig:
        if not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"],
                                                        stderr=subprocess.DEVNULL).returncode != 0:
            with rig.figure("R13", "failing system calls"):
                rig.skip("failing system calls", "strace is missing or may not trace")
            return
        if arguments.tool.is_weir and not arguments.quick:
            storms(rig, arguments.weir)
        matrix(rig, arguments.tool, arguments.number, 1)


if __name__ == "__main__":
    main()
