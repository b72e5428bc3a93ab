#!/usr/bin/env python3
"""A journal and kill -9: nothing is lost, and nothing that has its end on record runs again.

    journal_rig.py WEIR [KILLS]

Batches of jobs that note their start and their end are killed with SIGKILL at random moments and
resumed until they are done, KILLS times in all (200). After each kill the journal is read by this rig:
what has an end there must never start again, and at the end every job must have run to its end.
Then a journal is cut off at random lengths and damaged at random bytes: resuming must neither crash
nor leave a job out. Without --resume the same harness sees jobs run again: it can fail.
"""
import collections
import json
import os
import random
import signal
import subprocess
import sys
import time
import zlib

from rig import Rig, compile_c, engine_of, eventually, finish, kill_all, new_id, number_of, start, survivors, weir_of

JOBS = 120
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
  (void)argc;
  note("start", argv[1]);
  struct timespec pause = {0, atoi(argv[1]) * 7919 % 12 * 1000000};
  nanosleep(&pause, 0);
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
    return {record["key"]: record["argv"][-1] for record in records(path) if record["type"] == "start"}


def ended(path, jobs=None):
    """Arguments of the jobs that have their last end on record."""
    jobs = jobs or jobs_by_key(path)
    return {jobs[record["key"]] for record in records(path)
            if record["type"] == "end" and record["final"] and record["verdict"] == "succeeded"}


def counts(word):
    try:
        with open("ran", encoding="ascii") as f:
            return collections.Counter(line.split()[1] for line in f if line.startswith(word))
    except FileNotFoundError:
        return collections.Counter()


def one_batch(weir, note, kills, options, sync):
    """Kills and resumes until the batch is done. Returns (kills made, jobs that ran again, lost)."""
    for name in ("ran", "journal"):
        if os.path.exists(name):
            os.unlink(name)
    made, again = 0, set()
    items = [str(i) for i in range(JOBS)]
    while True:
        before = counts("start")
        done = ended("journal") if os.path.exists("journal") else set()
        random.shuffle(items)
        run_id = new_id()
        process = start([weir, "-j4", "--sync", sync, *options, "journal", note, "{}", ":::", *items], run_id,
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
        again |= {job for job in done if now[job] > before[job]}
        if process.returncode == 0:
            return made, again, [i for i in items if counts("end")[i] == 0]
        if process.returncode not in (-signal.SIGKILL, 0):
            return made, again | {f"exit {process.returncode}"}, []


def damaged(weir, note, trials, rig):
    with open("journal", "rb") as f:
        whole = f.read()
    jobs = jobs_by_key("journal")
    crashes, forgotten = [], []
    for trial in range(trials):
        text = bytearray(whole)
        if trial % 2:
            del text[random.randrange(len(text)):]
        else:
            text[random.randrange(len(text))] ^= 1 << random.randrange(8)
        with open("damaged", "wb") as f:
            f.write(text)
        known = ended("damaged", jobs)
        shown = subprocess.run([weir, "--dry-run", "--resume", "damaged", note, "{}", ":::",
                                *map(str, range(JOBS))], capture_output=True, text=True, check=False)
        would_run = {line.split()[-1] for line in shown.stdout.splitlines()}
        # Only when no line of the file is whole it is no journal, which is refused.
        if shown.returncode not in (0, 2) or (shown.returncode == 2 and records("damaged")):
            crashes.append((trial, shown.returncode, shown.stderr))
        elif shown.returncode == 0 and not set(map(str, range(JOBS))) - known <= would_run:
            forgotten.append(trial)
    rig.case(f"{trials} damaged journals: none crashes weir", not crashes, crashes[:1] or "")
    rig.case(f"{trials} damaged journals: damage never counts as done", not forgotten, forgotten[:5] or "")


def main():
    weir = weir_of(sys.argv)
    kills = number_of(sys.argv, 200)
    with Rig("journal_rig") as rig:
        note = compile_c("note", NOTE)
        made, again, lost = 0, set(), []
        while made < kills:
            some, more_again, more_lost = one_batch(weir, note, min(20, kills - made), ["--resume"],
                                                    random.choice(("batch", "none", "each")))
            made, again, lost = made + some, again | more_again, lost + more_lost
        rig.case(f"{made} kills: nothing that has its end on record ran again", not again, sorted(again) or "")
        rig.case(f"{made} kills: nothing is lost", not lost, lost or "")
        damaged(weir, note, kills, rig)
        _, again, _ = one_batch(weir, note, 5, ["--journal"], "none")
        rig.case("without --resume jobs do run again: this rig can fail", bool(again), len(again))


if __name__ == "__main__":
    main()
