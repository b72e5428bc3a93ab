#!/usr/bin/env python3
"""Jobs on a cluster of Slurm, of which parts are killed.

    slurm_rig.py WEIR [--quick | --ci]        R31

The cluster is of this machine alone, from Debian's packages, and is skipped with a word where they are not installed.
Output, a node that is lost with all that runs there, SIGTERM to the steps, kill -9 of the run, no controller. In the full
form beside srun for each job: jobs a second.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from rig import Rig, engine_of, eventually, finish, kill_all, lasting_survivors, new_id, start, survivors

from resuming import kill_and_resume
from slurm import Cluster, missing

GONE = 40  # seconds: what is alone has 20 s, and then its time to close


def weir_on(cluster, weir, words, run_id, prefix=(), **more):
    return start([*prefix, weir, *words], run_id, env={**cluster.env}, stdin=subprocess.DEVNULL, **more)


def output(rig, cluster, weir):
    for name, prefix, on in (("jobs of Slurm", (), ["--on", "slurm/2", "--slurm-workers", "2"]),
                             ("an allocation", ("salloc", "-Q", "-N2", "--exclusive"), ["--on", "slurm"])):
        with open("out", "wb") as out:
            status = finish(weir_on(cluster, weir, [*on, "-k", "echo {}; echo $WEIR_NODE >> nodes; sleep 0.2", ":::",
                                                    *map(str, range(1, 21))], new_id(), prefix, stdout=out), 60)
        with open("out", encoding="ascii") as f:
            rig.case(f"output from {name}", status == 0 and f.read().split() == [*map(str, range(1, 21))])
        eventually(lambda: cluster.idle() == 2, 20, 0.2)


def example(rig, cluster, weir):
    """The one that people copy, as it stands."""
    files = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples/slurm")
    shutil.copytree(files, "sweep")
    path = os.path.dirname(weir) + ":" + cluster.env["PATH"]
    done = subprocess.run(["sbatch", "--wait", "sweep.sbatch"], cwd="sweep", env={**cluster.env, "PATH": path}, timeout=90,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    with open("sweep/sweep.journal", encoding="utf-8") as f:
        journal = f.read()
    with open("sweep/table.txt", encoding="ascii") as f:
        points = len(f.readlines())
    rig.case("the example: a sweep on both nodes, with a table", done.returncode == 0 and points == 12 and
             all(f'"node":"node{n}"' in journal for n in "12"), f"status {done.returncode}, {points} points")
    eventually(lambda: cluster.idle() == 2, 20, 0.2)


def lost_node(rig, cluster, weir):
    run_id = new_id()
    with open("out", "wb") as out, open("err", "wb") as err:
        process = weir_on(cluster, weir, ["--on", "slurm", "-k", "--journal", "journal",
                                          "touch up$WEIR_NODE; until [ -e go ]; do sleep 0.1; done; echo {}", ":::",
                                          *map(str, range(1, 13))], run_id, ("salloc", "-Q", "-N2", "--exclusive", "--no-kill"),
                          stdout=out, stderr=err)
        there = eventually(lambda: os.path.exists("upnode1") and os.path.exists("upnode2"), 30)
        cluster.kill_node("node2")
        with open("go", "w", encoding="ascii"):
            pass
        status = finish(process, 90)
    with open("out", encoding="ascii") as f:
        text = f.read().split()
    with open("err", encoding="utf-8") as f:
        told = f.read()
    rig.case("a node is lost: its jobs run on the other one", there and status == 0 and text == [*map(str, range(1, 13))] and
             "lost with" in told, f"status {status}, {text}, {told[-300:]}")
    kill_all(run_id)
    cluster.start_node("node2")
    rig.case("the node is back", eventually(lambda: cluster.idle() == 2, 40, 0.2))


def preempted(rig, cluster, weir):
    """TERM to the steps, as before a time limit: Slurm sends it to jobs, too."""
    run_id = new_id()
    words = ["--on", "slurm", "-j2", "--resume", "steps.journal", "echo {} >> done; touch on{}; sleep 2", ":::", *"123456"]
    process = weir_on(cluster, weir, words, run_id, ("salloc", "-Q", "-N1", "-J", "rig-term"), stderr=subprocess.DEVNULL)
    there = eventually(lambda: os.path.exists("on2"), 30)
    cluster.run("scancel", "--signal=TERM", "-n", "rig-term")
    first = finish(process, 60)
    begun = open("done", encoding="ascii").read().split()
    second = finish(weir_on(cluster, weir, words, run_id, ("salloc", "-Q", "-N1"), stderr=subprocess.DEVNULL), 60)
    done = open("done", encoding="ascii").read().split()
    rig.case("SIGTERM to the steps: no job has failed by it, and a resume does the rest",
             there and first == 1 and len(begun) < 6 and second == 0 and sorted(set(done)) == [*"123456"],
             f"{first}, {begun}, {second}, {done}")


def killed_run(rig, cluster, weir):
    run_id = new_id()
    process = weir_on(cluster, weir, ["-q", "--on", "slurm/2", "--slurm-workers", "2", "--close-timeout", "0.5s",
                                      "trap '' TERM; touch kept{}; sleep 1000; sleep 1000", ":::", *"1234"], run_id)
    there = eventually(lambda: all(os.path.exists(f"kept{n}") for n in "1234"), 30)
    for pid in (process.pid, engine_of(process.pid)):
        os.kill(pid, signal.SIGKILL)
    finish(process)
    left = lasting_survivors(run_id, GONE)
    rig.case("kill -9 of the run: nothing alive on any node", there and not left, left)
    rig.case("nor in Slurm's queue", eventually(lambda: not cluster.run("squeue", "-h", "-t", "R,PD").stdout.strip(), 20, 0.2))
    kill_all(run_id)


def resumed(rig, cluster, weir, jobs, kills):
    def begin(words, run_id):
        return weir_on(cluster, weir, ["--on", "slurm/4", "--slurm-workers", "2", *words], run_id, stderr=subprocess.DEVNULL)
    text = kill_and_resume(rig, begin, jobs, kills, 8, GONE)
    eventually(lambda: cluster.idle() == 2, 20, 0.2)
    return text


def without_controller(rig, cluster, weir):
    run_id = new_id()
    with open("out", "wb") as out:
        process = weir_on(cluster, weir, ["-q", "--on", "slurm/2", "-k", "touch begun; until [ -e on ]; do sleep 0.1; done; echo {}",
                                          ":::", *"1234"], run_id, stdout=out)
        there = eventually(lambda: os.path.exists("begun"), 30)
        cluster.kill("slurmctld")
        with open("on", "w", encoding="ascii"):
            pass
        status = finish(process, 90)
    with open("out", encoding="ascii") as f:
        rig.case("the controller is gone: a run that has begun ends as usual", there and status == 0 and
                 f.read().split() == [*"1234"], f"status {status}")
    cluster.run("slurmctld", "-f", cluster.config)
    kill_all(run_id)
    # It was not told that the job has ended, and takes it for running.
    user = cluster.run("id", "-un").stdout.strip()
    eventually(lambda: cluster.run("scancel", "-u", user).returncode == 0, 20, 0.5)
    eventually(lambda: cluster.idle() == 2, 40, 0.2)


def rates(rig, cluster, weir):
    def rate(jobs, argv):
        begin = time.monotonic()
        subprocess.run(argv, env=cluster.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        return jobs / (time.monotonic() - begin)
    items = [*map(str, range(200))]
    by_srun = rate(200, ["salloc", "-Q", "-N2", "--exclusive", weir, "-j8", "srun", "--overlap", "-N1", "-n1", "true", ":::", *items])
    by_weir = rate(4000, ["salloc", "-Q", "-N2", "--exclusive", weir, "--on", "slurm", "true", ":::", *map(str, range(4000))])
    rig.case("ten times the jobs of srun for each", by_weir > 10 * by_srun, f"{by_weir:.0f} a second, srun {by_srun:.0f}")


def main():
    weir = os.path.abspath(sys.argv[1])
    short = "--quick" in sys.argv or "--ci" in sys.argv
    with Rig("slurm") as rig, rig.figure("R31", "on Slurm: as here, also when a node is lost or the run killed") as figure:
        if missing():
            rig.skip("Slurm", f"no {missing()} here; Debian has slurmctld, slurmd, slurm-client and munge")
            return
        # Its sockets want a short name.
        with tempfile.TemporaryDirectory(prefix="rig-", dir="/tmp") as home, Cluster(os.path.join(home, "slurm")) as cluster:
            for check in (output, example, lost_node, preempted, killed_run, without_controller, *(() if short else (rates,))):
                check(rig, cluster, weir)
            text = resumed(rig, cluster, weir, *((100, 1) if short else (1000, 5)))
        figure.measured = f"{text}; {figure.passed} of {figure.passed + len(figure.failures)} cases"


if __name__ == "__main__":
    main()
