#!/usr/bin/env python3
"""Faults: whatever fails, weir does not hang, leaves no process, and never exits 0 with lost work.

    fault_rig.py WEIR [--quick | --ci] [--peer xargs|parallel]        R12, R15

Full disks, closed descriptors, few descriptors, few processes, descriptors that others set to
O_NONBLOCK, an inherited SIGCHLD=ignore, no directory, no HOME, no /proc. Each case says what must be: status 0
with all output, or a status that is not 0. System calls that fail: injection_rig.py.
"""
import fcntl
import os
import resource
import select
import shutil
import signal
import subprocess
import threading

from rig import Rig, finish, kill_all, new_id, start
from tool import Arguments
from verdict import HANGS_AFTER, ITEMS, all_done, failed_with, run


def full_and_closed(rig, tool):
    """Also for peers: is lost output told?"""
    echo = tool.items(8, ["echo", "item"])
    with rig.figure("R15", "/dev/full, >&-, a full file system: never exit 0 with lost output"):
        with open("/dev/full", "wb") as full:
            told(rig, tool, "stdout is /dev/full", run(echo, stdout=full))
        told(rig, tool, "stdout closed", run(echo, before=lambda: os.close(1)))
        if tool.is_weir:
            outputs_of_weir(rig, tool.path)
        small_file_system(rig, tool)


def told(rig, tool, name, result):
    """weir has a status of its own for that; of a peer, any failure that it does not keep to itself will do."""
    if tool.is_weir:
        return failed_with(rig, name, result, 3)
    return rig.case(name, result.status not in (0, None) and bool(result.err), result.said())


def outputs_of_weir(rig, weir):
    with open("/dev/full", "wb") as full:
        failed_with(rig, "stdout is /dev/full, -k", run([weir, "-k", "-j8", "echo"], stdout=full), 3)
        failed_with(rig, "stdout is /dev/full, by lines",
                    run([weir, "--output", "line", "-j8", "echo"], stdout=full), 3)
        failed_with(rig, "stdout is /dev/full, --dry-run", run([weir, "--dry-run", "echo"], stdout=full), 3)
        for option in ("--journal", "--joblog", "--results", "--trace"):
            path = "/dev/full" if option != "--results" else "full.jsonl"
            if option == "--results":
                os.symlink("/dev/full", path)
            # A journal has to be a regular file: refused before anything starts.
            failed_with(rig, f"{option} /dev/full", run([weir, "-j8", option, path, "echo", "item"]),
                        2 if option == "--journal" else 3)


def standard_streams(rig, weir):
    echo = [weir, "-j8", "echo", "item"]
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


def limits(rig, arguments):
    tool = arguments.tool
    with rig.figure("R12", "ulimit -n 16..64, ulimit -u 30: all jobs run, exit 0"):
        for most in range(16, 65) if arguments.level == "full" else (16, 17, 20, 32, 64):
            def few(m=most):
                resource.setrlimit(resource.RLIMIT_NOFILE, (m, m))
            all_done(rig, f"ulimit -n {most}", run(tool.items(32, ["echo", "item"]), before=few))
            if tool.is_weir:
                all_done(rig, f"ulimit -n {most}, -k", run(tool.items(32, ["echo", "item"], "-k"), before=few))
            pipes = f"set -o pipefail; cat | (ulimit -n {most}; exec \"$@\") 2> >(cat >&2) | cat"
            all_done(rig, f"ulimit -n {most}, all three are pipes",
                     run(tool.items(32, ["echo", "item"]), prefix=["bash", "-c", pipes, "bash"]))
        few_processes(rig, tool)


def few_processes(rig, tool):
    if os.getuid() != 0 or not shutil.which("setpriv"):
        return rig.skip("ulimit -u", "needs root and setpriv")
    # Another user, whose processes are counted from nothing; the binary must be readable for it.
    os.chmod(".", 0o755)
    argv = tool.items(32, ["echo", "item"])
    if tool.is_weir:
        argv[0] = shutil.copy(tool.path, os.path.abspath("weir-copy"))
    for most in (3, 8, 30):
        all_done(rig, f"ulimit -u {most}",
                 run(argv, prefix=["setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups"],
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


def small_file_system(rig, tool):
    os.mkdir("small")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", "small"],
                      stderr=subprocess.DEVNULL).returncode != 0:
        return rig.skip("a file system of 4 KB", "cannot mount")
    try:
        with open("small/out", "wb") as out:
            result = run(tool.items(4, ["head", "-c", "9000", "/dev/zero"]), stdout=out)
        told(rig, tool, "stdout on a full file system", result)
        if tool.is_weir:
            held_on_small_file_system(rig, tool.path)
            for option in ("--journal", "--results", "--report"):
                os.unlink("small/out") if os.path.exists("small/out") else None
                failed_with(rig, f"{option} on a full file system",
                            run([tool.path, "-j8", option, "small/out", "echo", "item"]), 3)
                shutil.rmtree("small/out", ignore_errors=True)
    finally:
        subprocess.run(["umount", "small"], check=False)


def held_on_small_file_system(rig, weir):
    # The first waits for a sign of the last, so that what is between has to be held.
    script = "case {} in 1) while [ ! -e sign ]; do sleep 0.01; done;; 6) touch sign;; " \
             "*) head -c 9000000 /dev/zero;; esac"
    result = run([weir, "-k", "-j6", script, ":::", *"123456"], env={"TMPDIR": os.path.abspath("small")})
    rig.case("TMPDIR of 4 KB, much to hold", result.status is not None and not result.left and
             (result.status == 3 or (result.status == 0 and len(result.out) == 36_000_000)),
             f"exit {result.status}, {len(result.out)} bytes, {result.err[-200:]!r}")


def without_proc(rig, weir):
    """Trees are then known by their process groups alone; nothing may be lost for it."""
    hide = "mount -t tmpfs none /proc && exec \"$@\""
    prefix = ["unshare", "--mount", "sh", "-c", hide, "sh"]
    if subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        return rig.skip("no /proc", "cannot mount")
    all_done(rig, "no /proc", run([weir, "-j8", "echo", "item"], prefix=prefix))
    all_done(rig, "no /proc, a timeout ends the job",
             run([weir, "-q", "-j0", "--timeout", "2s", "echo item {}; exec sleep 1000"], prefix=prefix), 1)


def main():
    arguments = Arguments(quick=1, ci=2, full=3)
    weir = arguments.weir
    with Rig("fault_rig") as rig:
        full_and_closed(rig, arguments.tool)
        limits(rig, arguments)
        if not arguments.tool.is_weir:
            return
        standard_streams(rig, weir)
        nonblocking_streams(rig, weir)
        surroundings(rig, weir)
        without_proc(rig, weir)


if __name__ == "__main__":
    main()
