#!/usr/bin/env python3
"""Every byte of many jobs, in every output mode.

    output_rig.py WEIR [JOBS | --quick | --ci] [--peer xargs|parallel]

JOBS jobs (10000) at --limit 16. Each prints lines of pseudo-random bytes that its number determines on
both streams, some of them hundreds of kilobytes, in writes that end anywhere. Every line begins with
the job's number, so that each job's bytes are found again in any mode; their SHA-256 must be right,
groups must be contiguous, no line may be torn, and -k must keep the order.
"""
import hashlib
import random
import subprocess

from rig import Rig, compile_c, environment, new_id
from tool import Arguments

BLOB = 1 << 16
PRINTER = r"""
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static char blob[1 << 16], text[2][1 << 20];
static void put(int fd, const char* p, long n) {
  while (n > 0) { long k = write(fd, p, n); if (k < 0) exit(9); p += k; n -= k; }
}
int main(int argc, char** argv) {
  const long job = atol(argv[2]);
  long size[2] = {0, 0}, at[2] = {0, 0};
  if (argc < 3 || read(open(argv[1], O_RDONLY), blob, sizeof blob) != sizeof blob) return 8;
  for (int s = 0; s < 2; ++s) {
    const long lines = job % 250 == 7 ? 1500 : (job + s) % 6;
    for (long i = 0; i < lines; ++i) {
      const long n = (job * 31 + i * 17 + s * 5) % 400, from = (job * 7919 + i * 613 + s) % (sizeof blob - 400);
      size[s] += sprintf(text[s] + size[s], "%ld:%c:", job, s == 0 ? 'o' : 'e');
      memcpy(text[s] + size[s], blob + from, n);
      size[s] += n;
      text[s][size[s]++] = '\n';
    }
  }
  /* In turns, in pieces that end anywhere. */
  for (long step = 1 + job * 37 % 5000; at[0] < size[0] || at[1] < size[1];)
    for (int s = 0; s < 2; ++s) {
      const long n = size[s] - at[s] < step ? size[s] - at[s] : step;
      put(s + 1, text[s] + at[s], n);
      at[s] += n;
    }
  return 0;
}
"""


def expected(blob, job, stream):
    """What the job prints, as the program above says."""
    lines = 1500 if job % 250 == 7 else (job + stream) % 6
    parts = []
    for i in range(lines):
        at = (job * 7919 + i * 613 + stream) % (BLOB - 400)
        parts += [b"%d:%c:" % (job, b"oe"[stream]), blob[at:at + (job * 31 + i * 17 + stream * 5) % 400], b"\n"]
    return hashlib.sha256(b"".join(parts)).digest()


def check(data, stream, jobs, wanted, tagged, grouped, ordered):
    """Returns what is wrong, at most one thing."""
    hashes, order, torn, last = {}, [], 0, None
    for line in data.split(b"\n")[:-1]:
        if tagged:
            tag, _, line = line.partition(b"\t")
        number, _, rest = line.partition(b":")
        if not number.isdigit() or rest[:2] != (b"o:", b"e:")[stream] or (tagged and tag != number):
            torn += 1
            continue
        if number != last:
            order.append(int(number))
            last = number
        hashes.setdefault(int(number), hashlib.sha256()).update(line + b"\n")
    if torn:
        return f"{torn} torn lines"
    empty = hashlib.sha256().digest()
    wrong = [j for j in range(1, jobs + 1)
             if (hashes[j].digest() if j in hashes else empty) != wanted[stream][j]]
    if wrong:
        return f"{len(wrong)} jobs with wrong bytes, such as {wrong[:3]}"
    if grouped and len(order) != len(set(order)):
        return f"{len(order) - len(set(order))} groups in pieces"
    if ordered and order != sorted(order):
        return "out of order"
    return None


def main():
    arguments = Arguments(quick=300, ci=2_000, full=10_000)
    tool, jobs = arguments.tool, arguments.number
    blob = random.Random(1).randbytes(BLOB).replace(b"\n", b"\0")
    with Rig("output_rig") as rig:
        printer = compile_c("printer", PRINTER)
        with open("blob", "wb") as f:
            f.write(blob)
        wanted = [{j: expected(blob, j, s) for j in range(1, jobs + 1)} for s in (0, 1)]
        items = "".join(f"{i}\n" for i in range(1, jobs + 1)).encode()
        modes = [("group", [], True, False), ("line", ["--output", "line"], False, False),
                 ("-k", ["-k"], True, True), ("--tag", ["--tag"], True, False),
                 ("-k --tag", ["-k", "--tag"], True, True),
                 ("line --tag", ["--output", "line", "--tag"], False, False)]
        for name, options, grouped, ordered in modes if tool.is_weir else modes[:1]:
            done = subprocess.run(tool.items(16, [printer, "blob"], *options), input=items,
                                  env=environment(new_id()), capture_output=True, timeout=300)
            tagged = "--tag" in options
            wrong = [f"{word}: {what}" for word, stream, data in (("stdout", 0, done.stdout), ("stderr", 1, done.stderr))
                     if (what := check(data, stream, jobs, wanted, tagged, grouped, ordered))]
            if done.returncode != 0:
                wrong.append(f"exit status {done.returncode}")
            rig.case(f"{jobs} jobs, {name}", not wrong,
                     "; ".join(wrong) or f"{len(done.stdout) + len(done.stderr)} bytes")


if __name__ == "__main__":
    main()
