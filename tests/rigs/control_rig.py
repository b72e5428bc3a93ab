#!/usr/bin/env python3
"""weir told things while it runs: random commands, and clients that mean ill.

    control_rig.py WEIR [N | --quick | --ci]

A run with --control gets N random commands, from clients in order and, between them, from some that send garbage, endless
lines, half a line, hold connections open, or never read an answer. After that it has to answer, to end in order, and each job to
have had one end. What was told has to have been done, by the order of lines in the journal: no job starts beyond the limit, while
starts are paused, or once it was cancelled; the limit is reached when it may be; and each job that was added runs.
"""
import itertools
import json
import os
import random
import socket
import subprocess

import rig
from rig import Rig
from tool import Arguments

SOCKET = "./control"
JOBS = 400
HIGHEST = 6
MOST_KB = 32_000
MORE = itertools.count(1000)
SCRIPT = "touch {}.live; ls *.live 2>/dev/null | wc -l >> at-once; sleep 0.0{}; rm {}.live"


def ctl(weir, *words):
    return subprocess.run([weir, "ctl", "--json", SOCKET, *words], capture_output=True, text=True, check=False, timeout=60)


def garbage():
    kind = random.randrange(5)
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(5)
    one.connect(SOCKET)
    try:
        if kind == 0:
            one.sendall(os.urandom(random.randrange(1, 5000)))
        elif kind == 1:
            one.sendall(b"x" * 200_000)
        elif kind == 2:
            one.setblocking(False)
            for _ in range(100):  # until it takes no more
                one.send(b"json status\n" * 1000)
        elif kind == 3:
            one.sendall(b"limit ")
        else:
            one.sendall(b"\n\n\0\nlimit \xff\njson\ncancel\nkill \n")
    except OSError:
        pass
    return one


def command():
    verb = random.choice(["status", "limit", "limit", "pause", "resume", "resume", "cancel", "kill", "add"])
    if verb == "limit":
        return [verb, str(random.randint(1, HIGHEST))]
    if verb in ("cancel", "kill"):
        return [verb, str(random.randint(1, JOBS + 20))]
    if verb == "add":
        return [verb, str(next(MORE))]
    return [verb]


def tell(r, weir, times):
    wrong, told, held, no, added = [], 0, [], 0, 0
    for _ in range(times):
        if random.random() < 0.3:
            held.append(garbage())
            if len(held) > 20:
                held.pop(random.randrange(len(held))).close()
        words = command()
        said = ctl(weir, *words)
        try:
            answer = json.loads(said.stdout)
        except ValueError:
            wrong.append(f"{words}: {said.stdout!r} {said.stderr!r}")
            continue
        told += answer["ok"] and words[0] != "status"
        no += not answer["ok"]
        added += len(answer.get("added", []))
        if answer["ok"] != (said.returncode == 0) or (not answer["ok"] and words[0] not in ("cancel", "kill")):
            wrong.append(f"{words}: {answer}")
    for one in held:
        one.close()
    r.case(f"{times} commands are answered", not wrong, wrong[:3] or f"{told} done, {no} refused")
    return told, added


def limit_after(lines, at, before):
    """That of the next line that sets one: jobs that it lets start may be told before it."""
    for line in lines[at:]:
        if line["type"] == "control":
            return int(line["command"].split()[1]) if line["command"].startswith("limit ") else before
    return before


def is_resumed_next(lines, at):
    return next((line["command"] for line in lines[at:] if line["type"] == "control"), "") == "resume"


def judge_deeds(lines):
    """What was told and not done, and whether the limit was reached at the end, where jobs were left."""
    wrong, limit, paused, dropped, running, most, starts = [], 2, False, {}, set(), 0, 0
    for at, line in enumerate(lines):
        if line["type"] == "control":
            verb, _, rest = line["command"].partition(" ")
            paused = verb == "pause" or (paused and verb != "resume")
            if verb == "limit":
                limit, most, starts = int(rest), 0, 0
            if verb in ("cancel", "kill"):
                dropped[int(rest)] = int(rest) in running
        elif line["type"] == "start":
            if line["seq"] in dropped:
                wrong.append(f"{line['seq']} was cancelled, and starts")
            if paused and not is_resumed_next(lines, at):
                wrong.append(f"{line['seq']} starts in a pause")
            running.add(line["seq"])
            most, starts = max(most, len(running)), starts + 1
            if len(running) > max(limit, limit_after(lines, at, limit)):
                wrong.append(f"{line['seq']} starts as number {len(running)}, beyond {limit}")
        elif line["type"] == "end":
            running.discard(line["seq"])
    ends = {line["seq"]: line for line in lines if line["type"] == "end"}
    spared = [seq for seq, ran in dropped.items() if ran and ends[seq]["verdict"] == "succeeded"]
    return wrong, spared, starts < 3 * HIGHEST or most == HIGHEST


def judge_end(r, process, told, added):
    status = rig.finish(process, 120)
    with open("log", encoding="utf-8") as f:
        lines = [json.loads(line) for line in f]
    ends = [line["seq"] for line in lines if line["type"] == "end" and line["final"]]
    starts = {line["seq"] for line in lines if line["type"] == "start"}
    r.case("it ends in order", status in (0, 1) and lines[-1]["type"] == "finish" and not os.path.exists(SOCKET), status)
    r.case("one end for each job that started", len(ends) == len(set(ends)) and starts <= set(ends), f"{len(ends)} ends")
    finish = lines[-1]
    total = sum(finish[key] for key in ("succeeded", "failed", "skipped", "cancelled", "not_started"))
    r.case("every job is accounted for", total == JOBS + added, f"{finish}, {added} added")
    wrong, spared, reached = judge_deeds(lines)
    # One may come to its own end in the moment in which it is told to.
    r.case("what was told is done", not wrong and len(spared) < 3, wrong[:3] or f"{len(spared)} ended before it was cancelled")
    r.case("the limit is reached", reached)
    r.case("each command is in the journal", sum(line["type"] == "control" for line in lines) == told + 2, told)
    with open("at-once", encoding="ascii") as f:
        most = max(int(line) for line in f.read().split())
    # Who is killed leaves its file behind.
    r.case("never more jobs than was told", most <= HIGHEST + finish["cancelled"], most)


def main():
    arguments = Arguments(quick=40, ci=100, full=200)
    with Rig("control_rig") as r, r.figure("C1", "200 random commands and clients that mean ill: all answered, an orderly end"):
        run_id = rig.new_id()
        items = [f"{i}" for i in range(1, JOBS + 1)]
        process = rig.start([arguments.weir, "-q", "-j2", f"--control={SOCKET}", "--journal", "log", SCRIPT, ":::", *items], run_id,
                            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rig.eventually(lambda: os.path.exists(SOCKET))
        told, added = tell(r, arguments.weir, arguments.number)
        before = rig.status_kb(rig.engine_of(process.pid), "VmRSS")
        r.case("nothing has grown", before < MOST_KB, f"{before} kB")
        r.case("it goes on", ctl(arguments.weir, "resume").returncode == 0 and
               ctl(arguments.weir, "limit", str(HIGHEST)).returncode == 0)
        judge_end(r, process, told, added)
        r.case("nothing is left", not rig.lasting_survivors(run_id))


if __name__ == "__main__":
    main()
