#!/usr/bin/env python3
"""Faults: whatever fails, weir does not hang, leaves no process, and never exits 0 with lost work.

    fault_rig.py WEIR

Full disks, closed descriptors, few descriptors, few processes, descriptors that others set to
O_NONBLOCK, an inherited SIGCHLD=ignore, no directory, no HOME, and, where strace is installed, system
calls that fail. Each case says what must be: status 0 with all output, or a status that is not 0.
"""
import fcntl
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import threading

from rig import Rig, finish, kill_all, lasting_survivors, new_id, start, weir_of

JOBS = 60
ITEMS = "".join(f"{i}\n" for i in range(1, JOBS + 1))
ALL = sorted(f"item {i}".encode() for i in range(1, JOBS + 1))
HANGS_AFTER = 20


class Result:
    def __init__(self, status, out, err, left):
        self.status, self.out, self.err, self.left = status, out, err, left

    def complete(self):
        return sorted(self.out.split(b"\n")[:-1]) == ALL

    def said(self):
        return f"exit {self.status}, {self.out.count(10)} lines, {len(self.left)} orphans, " \
               f"stderr {self.err.strip()[-160:].decode('utf-8', 'replace')!r}"


def run(argv, prefix=(), before=None, stdout=None, env=None, stdin=None):
    """Runs it with its output into files (or stdout), so that no reader can be what hangs."""
    run_id = new_id()
    with open("items", "w", encoding="ascii") as f:
        f.write(ITEMS)
    with open("items", "rb") as items, open("out", "wb") as out, open("err", "wb") as err:
        process = start([*prefix, *argv], run_id, stdin=stdin or items, stdout=stdout or out, stderr=err,
                        preexec_fn=before, env=env or {})
        status = finish(process, HANGS_AFTER)
    left = lasting_survivors(run_id)
    if status is None:
        process.kill()
        process.wait()
    kill_all(run_id)
    with open("out", "rb") as out, open("err", "rb") as err:
        return Result(status, out.read(), err.read(), left)


def all_done(rig, name, result):
    """The fault must be overcome."""
    rig.case(name, result.status == 0 and result.complete() and not result.left, result.said())


def no_lie(rig, name, result):
    """The fault may win, but then it must be said."""
    told = result.status not in (None, 0) or result.complete()
    rig.case(name, result.status is not None and told and not result.left, result.said())


def failed_with(rig, name, result, status):
    rig.case(name, result.status == status and not result.left, result.said())


def standard_streams(rig, weir):
    echo = [weir, "-j8", "echo", "item"]
    with open("/dev/full", "wb") as full:
        failed_with(rig, "stdout is /dev/full", run(echo, stdout=full), 3)
        failed_with(rig, "stdout is /dev/full, -k", run([weir, "-k", "-j8", "echo"], stdout=full), 3)
        failed_with(rig, "stdout is /dev/full, by lines",
                    run([weir, "--output", "line", "-j8", "echo"], stdout=full), 3)
        failed_with(rig, "stdout is /dev/full, --dry-run", run([weir, "--dry-run", "echo"], stdout=full), 3)
    failed_with(rig, "stdout closed", run(echo, before=lambda: os.close(1)), 3)
    all_done(rig, "stderr closed", run(echo, before=lambda: os.close(2)))
    result = run(echo, before=lambda: os.close(0))
    rig.case("stdin closed", result.status is not None and not result.left, result.said())
    result = run([weir, "-j2", "sh", "-c", "echo item $0; ls /proc/self/fd >&2", ":::", "1"],
                 before=lambda: (os.close(0), os.close(2)))
    # What the job wrote to stderr is lost, and that is said.
    rig.case("stdin and stderr closed", result.status == 3 and result.out == b"item 1\n", result.said())
    result = run(echo, before=lambda: [os.close(fd) for fd in (0, 1, 2)])
    rig.case("all three closed", result.status is not None and not result.left, result.said())
    read_end, write_end = os.pipe()
    os.close(read_end)
    result = run([*echo[:-1], "item"], stdout=write_end, before=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
    os.close(write_end)
    rig.case("the reader has gone: 141", result.status in (141, -signal.SIGPIPE) and not result.left, result.said())


def limits(rig, weir):
    echo = [weir, "-j32", "echo", "item"]
    for most in (16, 20, 32, 64):
        all_done(rig, f"ulimit -n {most}",
                 run(echo, before=lambda m=most: resource.setrlimit(resource.RLIMIT_NOFILE, (m, m))))
        all_done(rig, f"ulimit -n {most}, -k",
                 run([weir, "-k", "-j32", "echo", "item"],
                     before=lambda m=most: resource.setrlimit(resource.RLIMIT_NOFILE, (m, m))))
    if os.getuid() != 0 or not shutil.which("setpriv"):
        rig.skip("ulimit -u", "needs root and setpriv")
        return
    # Another user, whose processes are counted from nothing; the binary must be readable for it.
    os.chmod(".", 0o755)
    copy = os.path.abspath("weir-copy")
    shutil.copy(weir, copy)
    for most in (3, 8, 30):
        all_done(rig, f"ulimit -u {most}",
                 run([copy, "-j32", "echo", "item"],
                     prefix=["setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups"],
                     before=lambda m=most: resource.setrlimit(resource.RLIMIT_NPROC, (m, m))))


def nonblocking_streams(rig, weir):
    """Whoever shares our descriptors may have set O_NONBLOCK on them."""
    read_end, write_end = os.pipe()
    fcntl.fcntl(read_end, fcntl.F_SETFL, os.O_NONBLOCK)

    def feed():
        for line in ITEMS.splitlines(keepends=True):
            select.select([], [], [], 0.002)
            os.write(write_end, line.encode())
        os.close(write_end)

    feeder = threading.Thread(target=feed)
    feeder.start()
    all_done(rig, "O_NONBLOCK stdin, slow writer", run([weir, "-j4", "echo", "item"], stdin=read_end))
    feeder.join()
    os.close(read_end)

    for mode in ([], ["-k"], ["--output", "line"]):
        read_end, write_end = os.pipe()
        fcntl.fcntl(write_end, fcntl.F_SETFL, fcntl.fcntl(write_end, fcntl.F_GETFL) | os.O_NONBLOCK)
        got = []

        def take(from_fd=read_end):
            while True:
                select.select([], [], [], 0.002)  # a slow reader
                data = os.read(from_fd, 40_000)
                if not data:
                    return
                got.append(len(data))

        run_id = new_id()
        process = start([weir, "-q", "-j4", *mode, "head", "-c", "100000", "/dev/zero", "--", ":::",
                         *["/dev/zero"] * 10], run_id, stdout=write_end)
        os.close(write_end)
        reader = threading.Thread(target=take)
        reader.start()
        status = finish(process, HANGS_AFTER)
        if status is None:
            kill_all(run_id)
        reader.join()
        os.close(read_end)
        flags = "" if not mode else ", " + " ".join(mode)
        # head prints a heading for each of two files, too: at least two times the bytes.
        rig.case(f"O_NONBLOCK stdout, slow reader{flags}", status == 0 and sum(got) >= 2_000_000,
                 f"exit {status}, {sum(got)} bytes")


def surroundings(rig, weir):
    echo = [weir, "-j8", "echo", "item"]
    all_done(rig, "SIGCHLD ignored", run(echo, before=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)))
    all_done(rig, "every signal blocked",
             run(echo, before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())))

    def remove_directory():
        os.mkdir("gone")
        os.chdir("gone")
        os.rmdir("../gone")

    all_done(rig, "current directory removed", run(echo, before=remove_directory))
    all_done(rig, "no HOME, no TMPDIR, no PATH",
             run([weir, "-j8", "/bin/echo", "item"], prefix=["/usr/bin/env", "-i"]))
    big = [weir, "-k", "-j4", "head", "-c", "600000", "/dev/zero"]
    result = run(big + [":::", *["/dev/zero"] * 8], env={"TMPDIR": "/no/such/directory"})
    rig.case("TMPDIR does not exist, much output", result.status is not None and
             (result.status != 0 or len(result.out) >= 8 * 1_200_000), f"exit {result.status}, {len(result.out)} bytes, "
             f"{result.err[-200:]!r}")
    os.mkdir("small")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", "small"],
                      stderr=subprocess.DEVNULL).returncode != 0:
        return rig.skip("TMPDIR of 4 KB", "cannot mount")
    try:
        # The first waits for a sign of the last, so that what is between has to be held.
        script = "case {} in 1) while [ ! -e sign ]; do sleep 0.01; done;; 6) touch sign;; " \
                 "*) head -c 9000000 /dev/zero;; esac"
        result = run([weir, "-k", "-j6", script, ":::", *"123456"], env={"TMPDIR": os.path.abspath("small")})
        rig.case("TMPDIR of 4 KB, much to hold", result.status is not None and not result.left and
                 (result.status == 3 or (result.status == 0 and len(result.out) == 36_000_000)),
                 f"exit {result.status}, {len(result.out)} bytes, {result.err[-200:]!r}")
        with open("small/out", "wb") as out:
            result = run([weir, "-j4", "head", "-c", "9000", "/dev/zero"], stdout=out)
        failed_with(rig, "stdout on a full file system", result, 3)
    finally:
        subprocess.run(["umount", "small"], check=False)


# (what is injected, must all work be done?). strace counts the calls of each process apart; without -f it
# sees the process that is started alone: without its keeper, since fork(2) fails, too, that one runs the jobs.
NO_KEEPER = ["-e", "inject=clone:error=EAGAIN:when=1"]
INJECTIONS = [
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
    ("prctl:error=EINVAL", True),
]


def injected(rig, weir):
    strace = shutil.which("strace")
    if not strace or subprocess.run([strace, "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        return rig.skip("failing system calls", "strace is missing or may not trace")
    for what, overcome in INJECTIONS:
        call = what.split(":")[0]
        judge = all_done if overcome else no_lie
        judge(rig, f"inject {what}", run([weir, "-q", "-j8", "echo", "item"],
                                         prefix=[strace, "-o", "/dev/null", "-e", f"trace={call},clone", *NO_KEEPER,
                                                 "-e", f"inject={what}"]))


def main():
    weir = weir_of(sys.argv)
    with Rig("fault_rig") as rig:
        standard_streams(rig, weir)
        limits(rig, weir)
        nonblocking_streams(rig, weir)
        surroundings(rig, weir)
        injected(rig, weir)


if __name__ == "__main__":
    main()
