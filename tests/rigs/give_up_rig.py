#!/usr/bin/env python3
"""A job that cannot be killed: weir says which, and ends all the same.

    give_up_rig.py WEIR        R4

Where a freezer cgroup of version 1 can be had, a job is frozen in it: KILL has no effect on it then, as
in an uninterruptible sleep. And strace has every kill(2) and pidfd_send_signal(2) of weir succeed without
an effect. Both must end with exit status 4, within the grace and 3 s, and with the pid. The same for a job over its
--timeout, for one that weir ctl ends, and for what a failed job left: it is named, the run goes on with the next job, and ends with 4. A job that nothing protects is not given up.
"""
import os
import re
import shutil
import signal
import time

from rig import Rig, engine_of, eventually, finish, kill_all, new_id, start
from tool import Arguments

GRACE = 0.3
PROMISED = GRACE + 3
FREEZER = f"/sys/fs/cgroup/freezer/weir-rig-{os.getpid()}"
WANTED = f"exit 4 within {PROMISED:.1f} s, and the pid is named"


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read()
    except OSError:
        return ""


def job_pid(run_number):
    return eventually(lambda: read(f"job{run_number}").strip())


def judge(rig, name, process, pid, number):
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    status = finish(process, 20)
    took = time.monotonic() - begin
    said = read(f"err{number}")
    named = re.search(rf"\b{pid}\b", said) is not None
    with rig.figure("R4", f"{name}: {WANTED}") as figure:
        figure.measured = f"exit {status} after {took:.2f} s, pid {'named' if named else 'not named'}"
        figure.late = took > PROMISED
        rig.case(name, status == 4 and named, f"{figure.measured}; {said.strip()[-200:]!r}")


def started(weir, run_id, number, prefix=()):
    script = f"echo $$ > job{number}.new; mv job{number}.new job{number}; exec sleep 1000; : {{}}"
    with open(f"err{number}", "wb") as err:
        return start([*prefix, weir, "-q", "--close-timeout", f"{GRACE}s", script, ":::", "x"], run_id, stderr=err,
                     stdout=err)


def frozen(rig, weir):
    try:
        os.mkdir(FREEZER)
    except OSError as error:
        return rig.skip("a frozen job", error.strerror)
    run_id = new_id()
    try:
        process = started(weir, run_id, 1)
        pid = job_pid(1)
        write(FREEZER + "/tasks", pid)
        write(FREEZER + "/freezer.state", "FROZEN")
        eventually(lambda: read(FREEZER + "/freezer.state").strip() == "FROZEN")
        judge(rig, "a job in a freezer", process, pid, 1)
    finally:
        write(FREEZER + "/freezer.state", "THAWED")
        kill_all(run_id)
        eventually(lambda: not read(FREEZER + "/tasks").strip())
        os.rmdir(FREEZER)


def without_effect(rig, weir):
    strace = shutil.which("strace")
    if not strace:
        return rig.skip("KILL without effect", "strace is missing")
    run_id = new_id()
    process = started(weir, run_id, 2)
    pid = job_pid(2)
    engine = engine_of(process.pid)
    tracer = start([strace, "-o", "trace", "-p", str(engine), "-e",
                    "inject=kill,pidfd_send_signal,tgkill,rt_sigqueueinfo:retval=0"], new_id(), stderr=open("attached", "wb"))
    eventually(lambda: "attached" in read("attached"))
    judge(rig, "KILL without effect", process, pid, 2)
    finish(tracer)
    kill_all(run_id)


def over_its_time(rig, weir):
    """Nobody stops the run: the job's own timeout meets what would not die."""
    strace = shutil.which("strace")
    if not strace:
        return rig.skip("over its --timeout", "strace is missing")
    run_id = new_id()
    script = "case {} in 1) echo $$ > job4.new; mv job4.new job4; exec sleep 1000;; *) echo next;; esac"
    with open("err4", "wb") as err, open("out4", "wb") as out:
        process = start([weir, "-q", "-j1", "--retries", "3", "--timeout", "2s", "--close-timeout", f"{GRACE}s", script, ":::", "1", "2"],
                        run_id, stderr=err, stdout=out)
    pid = job_pid(4)
    tracer = start([strace, "-o", "trace4", "-p", str(engine_of(process.pid)), "-e",
                    "inject=kill,pidfd_send_signal,tgkill,rt_sigqueueinfo:retval=0"], new_id(), stderr=open("attached4", "wb"))
    eventually(lambda: "attached" in read("attached4"))
    status = finish(process, 30)
    with rig.figure("R4", "a job over its --timeout that would not die: named, the run goes on, exit 4") as figure:
        named = re.search(rf"job 1: .*\b{pid}\b", read("err4")) is not None
        figure.measured = f"exit {status}, pid {'named' if named else 'not named'}, then {read('out4').strip()!r}"
        rig.case("over its --timeout", status == 4 and named and read("out4") == "next\n", f"{figure.measured}; {read('err4')[-300:]!r}")
    finish(tracer)
    kill_all(run_id)


def ended_by_name(rig, weir):
    """weir ctl cancel meets what would not die: the run would wait for it for ever."""
    strace = shutil.which("strace")
    if not strace:
        return rig.skip("ended by name", "strace is missing")
    run_id = new_id()
    script = "case {} in 1) echo $$ > job7.new; mv job7.new job7; exec sleep 1000;; *) echo next;; esac"
    with open("err7", "wb") as err, open("out7", "wb") as out:
        process = start([weir, "-q", "-j1", "--control=./control7", "--close-timeout", f"{GRACE}s", script, ":::", "1", "2"],
                        run_id, stderr=err, stdout=out)
    pid = job_pid(7)
    tracer = start([strace, "-o", "trace7", "-p", str(engine_of(process.pid)), "-e",
                    "inject=kill,pidfd_send_signal,tgkill,rt_sigqueueinfo:retval=0"], new_id(), stderr=open("attached7", "wb"))
    eventually(lambda: "attached" in read("attached7"))
    finish(start([weir, "ctl", "./control7", "cancel", "1"], run_id, stdout=open("told7", "wb")))
    status = finish(process, 30)
    with rig.figure("R4", "a job that weir ctl ends and that would not die: named, the run goes on, exit 4") as figure:
        named = re.search(rf"job 1: .*\b{pid}\b", read("err7")) is not None
        figure.measured = f"exit {status}, pid {'named' if named else 'not named'}, then {read('out7').strip()!r}"
        rig.case("ended by name", status == 4 and named and read("out7") == "next\n", f"{figure.measured}; {read('err7')[-300:]!r}")
    finish(tracer)
    kill_all(run_id)


def left_behind(rig, weir):
    """The same for what a failed job left: its job is over, the run goes on."""
    strace = shutil.which("strace")
    if not strace:
        return rig.skip("left by a failed job", "strace is missing")
    run_id = new_id()
    script = ("case {} in 1) setsid sleep 1000 >/dev/null 2>&1 & echo $! > job5.new; mv job5.new job5; "
              "while [ ! -e go5 ]; do sleep 0.05; done; exit 3;; *) echo next;; esac")
    with open("err5", "wb") as err, open("out5", "wb") as out:
        process = start([weir, "-q", "-j1", "--close-timeout", f"{GRACE}s", script, ":::", "1", "2"], run_id, stderr=err, stdout=out)
    pid = job_pid(5)
    tracer = start([strace, "-o", "trace5", "-p", str(engine_of(process.pid)), "-e",
                    "inject=kill,pidfd_send_signal,tgkill,rt_sigqueueinfo:retval=0"], new_id(), stderr=open("attached5", "wb"))
    eventually(lambda: "attached" in read("attached5"))
    write("go5", "")
    begin = time.monotonic()
    status = finish(process, 30)
    took = time.monotonic() - begin
    with rig.figure("R4", "what a failed job left and would not die: named, the run goes on, exit 4") as figure:
        named = len(re.findall(rf"gave up: process {pid}\b", read("err5")))
        figure.measured = f"exit {status} after {took:.2f} s, pid named {named} times, then {read('out5').strip()!r}"
        rig.case("left by a failed job", status == 4 and named == 1 and read("out5") == "next\n",
                 f"{figure.measured}; {read('err5')[-300:]!r}")
    finish(tracer)
    kill_all(run_id)


def after_giving_up(rig, weir):
    """Beside a frozen job, over which the run gives up, one that has failed still has what it left ended."""
    try:
        os.mkdir(FREEZER)
    except OSError as error:
        return rig.skip("daemons of failed jobs after exit 4", error.strerror)
    run_id = new_id()
    script = ("case {} in 1) echo $$ > job6.new; mv job6.new job6; exec sleep 1000;; "
              "2) (trap '' TERM; exec setsid sleep 1000) >/dev/null 2>&1 & echo $! > left6.new; mv left6.new left6; exit 3;; esac")
    try:
        with open("err6", "wb") as err:
            process = start([weir, "-q", "-j2", "--close-timeout", f"{GRACE}s", script, ":::", "1", "2"], run_id, stderr=err, stdout=err)
        pid = job_pid(6)
        left = int(eventually(lambda: read("left6").strip()))
        write(FREEZER + "/tasks", pid)
        write(FREEZER + "/freezer.state", "FROZEN")
        eventually(lambda: read(FREEZER + "/freezer.state").strip() == "FROZEN")
        process.send_signal(signal.SIGTERM)
        status = finish(process, 20)
        rig.case("daemons of failed jobs end with a run that gives up", status == 4 and not os.path.exists(f"/proc/{left}"),
                 f"exit {status}; {read('err6').strip()[-200:]!r}")
    finally:
        write(FREEZER + "/freezer.state", "THAWED")
        kill_all(run_id)
        eventually(lambda: not read(FREEZER + "/tasks").strip())
        os.rmdir(FREEZER)


def mortal(rig, weir):
    run_id = new_id()
    process = started(weir, run_id, 3)
    job_pid(3)
    process.send_signal(signal.SIGTERM)
    status = finish(process, 20)
    kill_all(run_id)
    rig.case("a job that can be killed is not given up: this rig can fail", status == -signal.SIGTERM, f"exit {status}")


def main():
    weir = Arguments(quick=1, ci=1, full=1).weir
    with Rig("give_up_rig") as rig:
        frozen(rig, weir)
        without_effect(rig, weir)
        over_its_time(rig, weir)
        ended_by_name(rig, weir)
        left_behind(rig, weir)
        after_giving_up(rig, weir)
        mortal(rig, weir)


if __name__ == "__main__":
    main()
