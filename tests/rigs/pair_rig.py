#!/usr/bin/env python3
"""Two of three are stopped or killed: engine, keeper, a job's tree, in every phase of a stop.

    pair_rig.py WEIR [TRIALS | --quick | --ci]        R28

For each pair, each way (SIGSTOP or SIGKILL for either) and each phase (running, soft with a shield, hard, kill,
draining, suspended) both are hit, in both orders; then everything that still lives gets SIGCONT. Nothing may stay.
Killing both engine and keeper is more than two processes can answer, and is left out (SECURITY.md); that a job
outlives it shows that this rig can fail.
"""
import itertools
import os
import signal
import time

from rig import SECOND, Rig, engine_of, eventually, finish, kill_all, lasting_survivors, new_id, start, state_of, survivors
from tool import Arguments

STOP, KILL, CONT = signal.SIGSTOP, signal.SIGKILL, signal.SIGCONT
JUDGED = 20 * SECOND
WHO = ("keeper", "engine", "job")
# Nobody obeys TERM, so that each phase lasts until the next.
JOB = ("trap '' TERM; (trap '' TERM; exec sleep 1000) & echo $$ > job.new; mv job.new job; "
       "while :; do sleep 1000; done; : {}")
PHASES = {"running": [], "soft": ["TERM"], "hard": ["TERM", "TERM"], "kill": ["QUIT"], "suspended": ["TSTP"], "draining": ["TERM"]}
GAP = 0.35  # the same signal within 300 ms counts once


def begin(weir, phase, run_id):
    """A run in its phase, and who is who in it. The phases follow signals: a moment between them, not a synchronisation."""
    if os.path.exists("job"):
        os.unlink("job")
    options = ["-q", "--close-timeout", "2s", "--term-timeout", "2s", "--wait-timeout", "2s"]
    if phase == "soft":
        options.append("--shield")
    script = JOB
    reader = None
    stdout = open(os.devnull, "wb")
    if phase == "draining":
        reader, writer = os.pipe()
        stdout = os.fdopen(writer, "wb")
        script = "head -c 4000000 /dev/zero; " + JOB.replace("trap '' TERM; ", "")
    process = start([weir, *options, script, ":::", "x"], run_id, stdout=stdout, stderr=stdout, start_new_session=True)
    stdout.close()
    eventually(lambda: os.path.exists("job"))
    with open("job", encoding="ascii") as f:
        job = int(f.read())
    who = {"keeper": process.pid, "engine": engine_of(process.pid), "job": job}
    for name in PHASES[phase]:
        process.send_signal(getattr(signal, "SIG" + name))
        time.sleep(GAP if len(PHASES[phase]) > 1 else 0.02)
    return process, who, reader


def hit(pid, number):
    try:
        os.kill(pid, number)
    except (ProcessLookupError, TypeError):
        pass  # it has ended in this phase already


def continue_all(run_id):
    for pid, _ in survivors(run_id):
        if state_of(pid) in ("T", "t"):
            hit(pid, CONT)


def once(weir, phase, first, second):
    """first and second are (who, signal). Returns what stays."""
    run_id = new_id()
    process, who, reader = begin(weir, phase, run_id)
    for name, number in (first, second):
        hit(-who[name] if name == "job" else who[name], number)  # the job's whole tree
    if all(number == STOP for _, number in (first, second)) or phase in ("running", "suspended"):
        hit(who["keeper"], signal.SIGTERM)
    end = time.monotonic() + JUDGED
    left = [1]
    while left and time.monotonic() < end:
        continue_all(run_id)
        process.poll()
        left = lasting_survivors(run_id, 0.2)
    finish(process, 1)
    kill_all(run_id)
    if reader is not None:
        os.close(reader)
    return left


def pairs():
    for one, other in itertools.permutations(WHO, 2):
        for ways in itertools.product((STOP, KILL), repeat=2):
            if {one, other} == {"keeper", "engine"} and ways == (KILL, KILL):
                continue
            yield (one, ways[0]), (other, ways[1])


def name_of(step):
    return f"{'stop' if step[1] == STOP else 'kill'} {step[0]}"


def main():
    arguments = Arguments(quick=0, ci=1, full=3)
    with Rig("pair_rig") as rig:
        cases = [(phase, *pair) for phase in PHASES for pair in pairs()]
        # A few for every change: some pairs, the phases in turn.
        if arguments.number == 0:
            cases = [(list(PHASES)[i % len(PHASES)], *pair) for i, pair in enumerate(list(pairs())[::2])]
        with rig.figure("R28", "every pair of keeper, engine, job stopped or killed in every phase: 0 left after CONT") as figure:
            left = 0
            for phase, first, second in cases * max(1, arguments.number):
                found = once(arguments.weir, phase, first, second)
                left += len(found)
                rig.case(f"{phase}: {name_of(first)}, {name_of(second)}", not found, found or "")
            figure.measured = f"{len(cases) * max(1, arguments.number)} cases, {left} left"
        found = once(arguments.weir, "running", ("keeper", KILL), ("engine", KILL))
        rig.case("keeper and engine killed at once leave something: this rig can fail", bool(found), found)


if __name__ == "__main__":
    main()
