#!/usr/bin/env python3
"""A journal and kill -9: nothing is lost, and nothing that has its end on record runs again.

    journal_rig.py WEIR [KILLS | --quick | --ci]        R5, R6, R7

Batches of jobs that note their start and their end are killed with SIGKILL at random moments and
resumed until they are done, KILLS times in all (200). After each kill the journal is read by this rig:
what has an end there must never start again, and must have its whole line in --results FILE.jsonl, for
which some jobs write megabytes; at the end every job must have run to its end.
Then a journal is cut off at every length and damaged at random bytes: resuming must neither crash
nor leave a job out. A second run on a journal in use must be refused. Without --resume the same harness sees jobs run again: it can fail.
"""
import collections
import json
import os
import random
import signal
import subprocess
import time
import zlib

from rig import Rig, compile_c, engine_of, eventually, finish, kill_all, new_id, start, survivors
from tool import Arguments

JOBS = 120
LOUD = 30  # the last of every so many jobs writes 3 MB, which weir writes to FILE.jsonl in pieces
FEW_JOBS = 6  # whose journal is cut off at every length
NOTE = r"""
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
static void note(const char *word, const char *id) {
  char line[128] = "";
  strcat(strcat(strcat(strcat(line, word), " "), id), "\n");
  int fd = open("ran", O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (fd < 0 || write(fd, line, strlen(line)) != (ssize_t)strlen(line)) _exit(9);
  close(fd);
}
int main(int argc, char **argv) {
  if (argc < 3) return 2;
  note("start", argv[1]);
  struct timespec pause = {0, atoi(argv[1]) * 7919 % 12 * 1000000};
  nanosleep(&pause, 0);
  static char much[3000000];
  memset(much, 'x', sizeof much);
  for (size_t at = 0; (atoi(argv[1]) + 1) % atoi(argv[2]) == 0 && at < sizeof much;) {
    ssize_t size = write(1, much + at, sizeof much - at);
    if (size <= 0) _exit(8);
    at += (size_t)size;
  }
  note("end", argv[1]);
  return 0;
}
"""


def records(path):
    """Whole, undamaged lines, read as docs/records.md describes them."""
    good = []
    with open(path, "rb") as f:
        for line in f.read().split(b"\n")[:-1]:
            body, mark, crc = line.rpartition(b',"crc":"')
            if mark and crc == b'%08x"}' % zlib.crc32(body):
                good.append(json.loads(line))
    return good


def jobs_by_key(path):
    return {record["key"]: record["argv"][1] for record in records(path) if record["type"] == "start"}


def ended(path, jobs=None):
    """Arguments of the jobs that have their last end on record."""
    jobs = jobs or jobs_by_key(path)
    return {jobs[record["key"]] for record in records(path)
            if record["type"] == "end" and record["final"] and record["verdict"] == "succeeded"}


def lines_in(path):
    """Arguments of the jobs that have a whole line."""
    try:
        with open(path, "rb") as f:
            return {json.loads(line)["argv"][1] for line in f.read().split(b"\n")[:-1]}
    except FileNotFoundError:
        return set()


def counts(word):
    try:
        with open("ran", encoding="ascii") as f:
            return collections.Counter(line.split()[1] for line in f if line.startswith(word))
    except FileNotFoundError:
        return collections.Counter()


def one_batch(weir, note, kills, options, sync):
    """Kills and resumes until the batch is done. Returns (kills made, jobs that ran again, lost)."""
    for name in ("ran", "journal", "results.jsonl"):
        if os.path.exists(name):
            os.unlink(name)
    made, again, cut = 0, set(), set()
    items = [str(i) for i in range(JOBS)]
    while True:
        before = counts("start")
        done = ended("journal") if os.path.exists("journal") else set()
        random.shuffle(items)
        run_id = new_id()
        process = start([weir, "-j4", "--sync", sync, *options[:-1], f"{options[-1]}=journal",
                         "--results=results.jsonl", note, "{}", str(LOUD), ":::", *items], run_id,
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if made < kills:
            # A moment within the run: nothing that is tested waits for this.
            time.sleep(random.uniform(0.001, 0.12))
            # The keeper's death would be heard; the engine's is not.
            os.kill(engine_of(process.pid) or process.pid, signal.SIGKILL)
            made += process.wait() == -signal.SIGKILL
        else:
            finish(process, 60)
        eventually(lambda: not survivors(run_id))
        kill_all(run_id)
        now = counts("start")
        cut |= ended("journal") - lines_in("results.jsonl") if os.path.exists("journal") else set()
        again |= {job for job in done if now[job] > before[job]}
        if process.returncode == 0:
            return made, again, [i for i in items if counts("end")[i] == 0] + [f"line of {i}" for i in sorted(cut)]
        if process.returncode not in (-signal.SIGKILL, 0):
            return made, again | {f"exit {process.returncode}"}, []


def judged(weir, note, jobs, count, known=None):
    """What resuming `damaged` would do. "" is right: not a crash, and everything runs that has no end there."""
    known = ended("damaged", jobs) if known is None else known
    shown = subprocess.run([weir, "--dry-run", "--resume", "damaged", note, "{}", str(LOUD), ":::",
                            *map(str, range(count))], capture_output=True, text=True, check=False)
    would_run = {line.split()[-2] for line in shown.stdout.splitlines()}
    # Only when no line of the file is whole it is no journal, which is refused.
    if shown.returncode not in (0, 2) or (shown.returncode == 2 and records("damaged")):
        return f"exit {shown.returncode}: {shown.stderr}"
    if shown.returncode == 0 and not set(map(str, range(count))) - known <= would_run:
        return "damage counts as done"
    return ""


def damaged(rig, weir, note, flips):
    with open("journal", "rb") as f:
        whole = f.read()
    jobs = jobs_by_key("journal")
    wrong = []
    for _ in range(flips):
        text = bytearray(whole)
        text[random.randrange(len(text))] ^= 1 << random.randrange(8)
        with open("damaged", "wb") as f:
            f.write(text)
        wrong += filter(None, [judged(weir, note, jobs, JOBS)])
    with rig.figure("R6", f"{flips} byte flips: no crash, no damage counted as done") as figure:
        figure.measured = f"{len(wrong)} wrong"
        rig.case(f"{flips} byte flips", not wrong, wrong[:1] or "")
    with open("damaged", "wb") as f:
        f.write(whole)
    said = judged(weir, note, jobs, JOBS, ended("damaged", jobs) - {"0"})
    rig.case("an end on record that should not count is seen: this rig can fail", bool(said), said)


def cut_off(rig, weir, note, step):
    """Every length; with `step` every so many, for those in a hurry."""
    subprocess.run([weir, "-q", "-j4", "--journal", "short", note, "{}", str(LOUD), ":::", *map(str, range(FEW_JOBS))], check=True)
    with open("short", "rb") as f:
        whole = f.read()
    jobs = jobs_by_key("short")
    wrong = []
    lengths = range(0, len(whole) + 1, step)
    for length in lengths:
        with open("damaged", "wb") as f:
            f.write(whole[:length])
        wrong += filter(None, [judged(weir, note, jobs, FEW_JOBS)])
    with rig.figure("R6", "every truncation length: no crash, no damage counted as done") as figure:
        figure.measured = f"{len(lengths)} lengths, {len(wrong)} wrong"
        rig.case(f"{len(lengths)} truncations", not wrong, wrong[:1] or "")


def two_runs(rig, weir):
    """The second is refused and told who has it, also when the first began with --resume; then the lock is free."""
    with rig.figure("R7", "two runs on one log: the second exits 2 and names the holder") as figure:
        for first, second in (("--journal", "--journal"), ("--journal", "--resume"), ("--resume", "--journal")):
            run_id, held = new_id(), f"held{first}{second}"
            with open("said", "wb") as said:
                holder = start([weir, "-q", f"{first}={held}", "sleep 1000; : {}", ":::", "x"], run_id, stderr=said)
            eventually(lambda: os.path.exists(held) and len(records(held)) == 2)
            refused = subprocess.run([weir, "-q", f"{second}={held}", "touch second{}", ":::", "x"],
                                     capture_output=True, text=True, check=False)
            named = any(str(pid) in refused.stderr for pid in (holder.pid, engine_of(holder.pid)))
            rig.case(f"{first}, then {second}", refused.returncode == 2 and named and not os.path.exists("secondx"),
                     f"exit {refused.returncode}, {refused.stderr.strip()!r}")
            holder.kill()
            finish(holder)
            eventually(lambda: not survivors(run_id))
            after = subprocess.run([weir, "-q", "--journal", held, "true", ":::", "x"], check=False)
            rig.case("after kill -9 of the holder it is free", after.returncode == 0)
            kill_all(run_id)
        free = subprocess.run([weir, "-q", "--journal", "free", "true", ":::", "x"], check=False)
        rig.case("a log that nobody has is not refused: this rig can fail", free.returncode == 0)
        figure.measured = refused.stderr.strip()


def main():
    arguments = Arguments(quick=8, ci=25, full=200)
    weir, kills = arguments.weir, arguments.number
    with Rig("journal_rig") as rig:
        note = compile_c("note", NOTE)
        made, again, lost = 0, set(), []
        while made < kills:
            some, more_again, more_lost = one_batch(weir, note, min(20, kills - made), ["--resume"],
                                                    random.choice(("batch", "none", "each")))
            made, again, lost = made + some, again | more_again, lost + more_lost
        with rig.figure("R5", f"kill -9 at {kills} random points: 0 lost, no finished job started again") as figure:
            figure.measured = f"{made} kills: {len(lost)} lost, {len(again)} started again"
            rig.case(f"{made} kills: nothing that has its end on record ran again", not again, sorted(again) or "")
            rig.case(f"{made} kills: nothing is lost", not lost, lost or "")
        damaged(rig, weir, note, 50 * kills)
        cut_off(rig, weir, note, max(1, 200 // kills))
        two_runs(rig, weir)
        for _ in range(5):
            _, again, _ = one_batch(weir, note, 5, ["--journal"], "none")
            if again:
                break
        rig.case("without --resume jobs do run again: this rig can fail", bool(again), len(again))


if __name__ == "__main__":
    main()
