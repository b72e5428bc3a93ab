#!/usr/bin/env python3
"""Much output: every byte of it arrives, no line is torn, and it is not kept in memory.

    bulk_rig.py WEIR [MB | --quick | --ci] [--peer xargs|parallel]        R8, R9

16 jobs print MB megabytes (100) each, in lines of up to 64 KB, into a pipe, a file, a slow pipe and a pipe
with O_NONBLOCK; a SHA-256 is made of each job's lines. Then one job of a hundred times as much, and a
reader that stalls while many jobs print: for sixty seconds nothing may grow. Not for GNU parallel, whose files would
fill the disk.
"""
import fcntl
import hashlib
import os
import subprocess
import time

from rig import Rig, compile_c, engine_of, eventually, finish, kill_all, new_id, peak_kb, rss_kb, start
from tool import Arguments

WRITERS = 16
LARGEST_KB, LARGEST_ONE_KB = 64 * 1024, 32 * 1024
PRINTER = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static char line[1 << 17];
int main(int argc, char** argv) {
  const long all = atol(argv[1]), job = atol(argv[2]);
  unsigned long long x = 88172645463325252ULL + job;
  (void)argc;
  for (long printed = 0; printed < all;) {
    x ^= x << 13; x ^= x >> 7; x ^= x << 17;
    long n = sprintf(line, "%ld:", job);
    const long more = x % 65536;
    memset(line + n, 'a' + x % 26, more);
    n += more;
    line[n++] = '\n';
    printed += n;
    for (const char* p = line; n > 0;) {
      const long k = write(1, p, n);
      if (k < 0) return 9;
      p += k;
      n -= k;
    }
  }
  return 0;
}
"""


def engine_or_itself(process):
    return engine_of(process.pid) or process.pid


class Watched:
    """The peak of the resident size, looked at while something else is done."""

    def __init__(self, process):
        self.process, self.peak, self.pid, self.next = process, 0, None, 0

    def look(self):
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + 0.02
        self.pid = self.pid or engine_of(self.process.pid)
        self.peak = max(self.peak, peak_kb(self.pid or self.process.pid))


def by_job(blocks):
    """A hash for each job's lines. Returns them and the number of torn lines."""
    hashes, torn, rest = {}, 0, b""
    for block in blocks:
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        for line in lines:
            number, colon, text = line.partition(b":")
            if not number.isdigit() or not colon or text.strip(text[:1]):
                torn += 1
                continue
            hashes.setdefault(int(number), hashlib.sha256()).update(line + b"\n")
    return {job: h.hexdigest() for job, h in hashes.items()}, torn + bool(rest)


def blocks_of(fd, watched, pause=0.0):
    while True:
        data = os.read(fd, 1 << 18)
        watched.look()
        if not data:
            return
        if pause:
            time.sleep(pause)  # the slow reader, which is what is tested
        yield data


def sink(rig, tool, argv, wanted, name, megabytes):
    run_id = new_id()
    items = subprocess.Popen(["seq", str(WRITERS)], stdout=subprocess.PIPE)
    if name == "file":
        with open("out", "wb") as out:
            process = start(argv, run_id, stdin=items.stdout, stdout=out)
        watched = Watched(process)
        eventually(lambda: watched.look() or process.poll() is not None, 600, 0.02)
        fd = os.open("out", os.O_RDONLY)
    else:
        fd, write_end = os.pipe()
        if "O_NONBLOCK" in name:
            fcntl.fcntl(write_end, fcntl.F_SETFL, os.O_NONBLOCK)
        process = start(argv, run_id, stdin=items.stdout, stdout=write_end)
        os.close(write_end)
        watched = Watched(process)
    hashes, torn = by_job(blocks_of(fd, watched, 0.001 if name == "slow pipe" else 0))
    os.close(fd)
    status = finish(process, 60)
    items.wait()
    kill_all(run_id)
    wrong = sum(hashes.get(job) != digest for job, digest in wanted.items())
    how = " ".join(argv[argv.index("--output"):][:2]) if "--output" in argv else "grouped"
    with rig.figure("R8", f"{WRITERS} x {megabytes} MB to a {name}, {how}: SHA-256 equal, 0 torn, "
                    f"RSS under {LARGEST_KB // 1024} MB") as figure:
        figure.measured = f"{wrong} of {WRITERS} jobs differ, {torn} torn, exit {status}, {watched.peak / 1024:.1f} MB"
        rig.case(f"{name}, {how}", not wrong and not torn and status == 0 and
                 (watched.peak < LARGEST_KB or not tool.is_weir), figure.measured)


def one_job(rig, tool, printer, megabytes):
    run_id = new_id()
    process = start(tool.items(4, [printer, str(megabytes * 1_000_000)]), run_id,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(b"1\n")
    process.stdin.close()
    watched = Watched(process)
    got = sum(map(len, blocks_of(process.stdout.fileno(), watched)))
    status = finish(process)
    kill_all(run_id)
    with rig.figure("R9", f"one job of {megabytes / 1000:g} GB: RSS under {LARGEST_ONE_KB // 1024} MB") as figure:
        figure.measured = f"{watched.peak / 1024:.1f} MB"
        rig.case("one job", status == 0 and got >= megabytes * 1_000_000 and watched.peak < LARGEST_ONE_KB,
                 f"{got} bytes, exit {status}, {figure.measured}")


def stalled(rig, tool, printer, seconds):
    """Jobs that print for ever, by lines, and a reader that does not read."""
    run_id = new_id()
    process = start(tool.items(WRITERS, [printer, "1000000000000"], "--output", "line", "--close-timeout", "1s"), run_id,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(b"".join(b"%d\n" % i for i in range(WRITERS)))
    process.stdin.close()
    os.read(process.stdout.fileno(), 1 << 16)
    engine = engine_or_itself(process)
    sizes = []

    def steady():
        """All pipes are full when the size stays for two seconds."""
        sizes.append(rss_kb(engine))
        return len(sizes) > 20 and len(set(sizes[-20:])) == 1

    eventually(steady, 20, 0.1)
    before, peak = rss_kb(engine), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        peak = max(peak, rss_kb(engine))
        time.sleep(0.1)
    process.terminate()
    status = finish(process) if tool.is_weir else None  # while nobody reads
    process.stdout.close()
    kill_all(run_id)
    finish(process)
    with rig.figure("R9", f"a reader that stalls for {seconds} s: flat, and SIGTERM ends it") as figure:
        figure.measured = f"{before / 1024:.1f} MB, then at most {peak / 1024:.1f} MB"
        rig.case("stalled reader", 0 < peak < LARGEST_KB and peak <= before + 256, figure.measured)
        if tool.is_weir:
            rig.case("stalled reader, SIGTERM", status == 3, f"exit {status}")


def main():
    arguments = Arguments(quick=2, ci=12, full=100)
    tool, megabytes = arguments.tool, arguments.number
    with Rig("bulk_rig") as rig:
        printer = compile_c("printer", PRINTER)
        wanted = {job: hashlib.sha256(subprocess.run([printer, str(megabytes * 1_000_000), str(job)],
                                                     stdout=subprocess.PIPE, check=True).stdout).hexdigest()
                  for job in range(1, WRITERS + 1)}
        command = [printer, str(megabytes * 1_000_000)]
        for name, options in (("pipe", ()), ("pipe", ("--output", "line")), ("file", ()),
                              ("slow pipe", ("--output", "line")), ("O_NONBLOCK pipe", ()),
                              ("O_NONBLOCK pipe", ("--output", "line"))):
            if tool.is_weir or not options:
                sink(rig, tool, tool.items(WRITERS, command, *options), wanted, name, megabytes)
        one_job(rig, tool, printer, 100 * megabytes)
        if tool.name != "parallel":
            stalled(rig, tool, printer, {"quick": 2, "ci": 20, "full": 60}[arguments.level])


if __name__ == "__main__":
    main()
