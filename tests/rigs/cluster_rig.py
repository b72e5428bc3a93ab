#!/usr/bin/env python3
"""Jobs on workers, of which some are killed: nothing lost, nothing twice, nothing left.

    cluster_rig.py WEIR [TRIALS | --quick | --ci]        R31

TRIALS (100) random kills of a worker, its keeper, what started it, the run, its keeper, or both of these; then no
process of a job may be left on any "node". Jobs of 1 KB each, ten workers killed at random moments meanwhile: every byte
of the output is compared. Then over ssh, with an sshd of its own on 127.0.0.1, where Debian's is installed.
What a job costs on a worker, beside one here, and the memory of both sides, is told.
"""
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from rig import (Rig, compile_c, engine_of, eventually, finish, kill_all, lasting_survivors, new_id, peak_kb, start,
                 state_and_parent, survivors)

from resuming import kill_and_resume

SAY = r"""
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char** argv) {
  char line[1024];
  const long n = argc > 1 ? atol(argv[1]) : 0;
  const int head = sprintf(line, "%ld ", n);
  for (int i = head; i < 1023; ++i) line[i] = (char)('a' + (n * 7 + i) % 26);
  line[1023] = '\n';
  return fwrite(line, 1, sizeof line, stdout) == sizeof line ? 0 : 1;
}
"""

STUBBORN = ("trap '' TERM; (setsid sleep 1000 > /dev/null 2>&1 &); sleep 1000 & touch up{#}; sleep 1000; "
            "sleep 1000; exit {}")
GONE = 30  # seconds after kill -9 of the run


def said(n):
    head = f"{n} "
    return head + "".join(chr(ord("a") + (n * 7 + i) % 26) for i in range(len(head), 1023)) + "\n"


def workers_of(run_id):
    """Engines of workers: the children of those that were started with --worker."""
    there = {pid for pid, line in survivors(run_id) if "--worker" in line}
    # Children of an engine are jobs.
    return [engine for engine in map(engine_of, there) if engine in there]


def launchers_of(run_id):
    return [pid for pid, line in survivors(run_id) if line.startswith(("/bin/sh -c", "env ", "sh -c")) and
            "--worker" in line]


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass


def parent_of(pid):
    return state_and_parent(pid)[1]


VICTIMS = {
    "a worker": lambda run, run_id: random.sample(workers_of(run_id), 1),
    "a worker's keeper": lambda run, run_id: [parent_of(random.choice(workers_of(run_id)))],
    "a launcher": lambda run, run_id: random.sample(launchers_of(run_id), 1),
    "the run": lambda run, run_id: [engine_of(run)],
    "the run's keeper": lambda run, run_id: [run],
    "both of the run": lambda run, run_id: [run, engine_of(run)],
}


def killed_once(weir, name):
    """Survivors of a run with two workers, of which something is killed at a random moment."""
    run_id = new_id()
    for n in range(1, 7):
        if os.path.exists(f"up{n}"):
            os.remove(f"up{n}")
    with open("out", "wb") as out:
        process = start([weir, "-q", "--on", "local/2", "--on", "exec/2:env A=1", "--remote-weir", weir,
                         "--close-timeout", "0.3s", STUBBORN, ":::", *"123456"], run_id, stdout=out, stderr=out,
                        stdin=subprocess.DEVNULL)
    eventually(lambda: sum(os.path.exists(f"up{n}") for n in range(1, 7)) >= 4, 60)
    time.sleep(random.random() ** 2 * 0.2)  # the random moment
    victims = VICTIMS[name](process.pid, run_id)
    for pid in victims:
        if pid:
            kill(pid)
    if "run" not in name and process.poll() is None:
        process.send_signal(signal.SIGINT)
    status = finish(process, 60)
    left = lasting_survivors(run_id, GONE)
    kill_all(run_id)
    return left, status


def kills(rig, weir, trials):
    left, hangs = [], 0
    with rig.figure("R31", "kill -9 of workers, launchers and runs: no orphan") as figure:
        for i in range(trials):
            found, status = killed_once(weir, list(VICTIMS)[i % len(VICTIMS)])
            left += found
            hangs += status is None
        figure.measured = f"{trials} kills: {len(left)} alive, {hangs} hang"
        rig.case(f"{trials} kills", not left and not hangs, f"{left[:5]}, {hangs} hang")


def resumed(rig, weir, jobs, kills_of_run):
    def begin(words, run_id):
        return start([weir, "--on", "local/4", "--on", "exec/4:env", "--remote-weir", weir, *words], run_id,
                     stdin=subprocess.DEVNULL)
    with rig.figure("R31", "kill -9 of the run on workers, then a resume: all is done") as figure:
        figure.measured = kill_and_resume(rig, begin, jobs, kills_of_run, 8, GONE)


def exact(rig, weir, say, jobs, killed):
    """Twelve workers, of which `killed` die while jobs run."""
    run_id = new_id()
    on = [word for _ in range(killed + 2) for word in ("--on", "local/1")]
    with open("jobs", "w", encoding="ascii") as f:
        f.writelines(f"{n}\n" for n in range(1, jobs + 1))
    with open("jobs", "rb") as stdin, open("out", "wb") as out, open("err", "wb") as err:
        process = start([weir, *on, "-j4", "-k", "--node-retries", "20", "--journal", "journal", say], run_id, stdin=stdin,
                        stdout=out, stderr=err)
        died, most, worker = 0, 0, 0
        while process.poll() is None:
            size = os.path.getsize("out")
            most = max(most, peak_kb(engine_of(process.pid) or process.pid))
            if died < killed and size > jobs * 1024 * (died + random.random()) / (killed + 1):
                alive = workers_of(run_id)
                worker = max([worker, *map(peak_kb, alive)])
                kill(random.choice(alive))
                died += 1
            time.sleep(0.01)
    with open("err", encoding="utf-8") as f:
        told = {int(n) for n in re.findall(r"bytes of job (\d+) had already been printed", f.read())}
    count, wrong, last = 0, 0, None
    with open("out", encoding="ascii") as f:
        for line in f:
            # With -k, the job whose turn it is prints at once: that is twice if it is lost then, and told.
            if count in told and line == last:
                told.remove(count)
                continue
            count += 1
            wrong += line != said(count)
            last = line
    with open("journal", encoding="utf-8") as f:
        text = f.read()
    ends = len(re.findall('"type":"end".*"verdict":"succeeded"', text))
    lost = text.count('"type":"lost"')
    with rig.figure("R31", f"{jobs} jobs of 1 KB, {killed} workers killed: every byte, once") as figure:
        figure.measured = (f"{count} lines, {wrong} wrong, {ends} ends, {lost} jobs ran again; "
                           f"memory {most / 1024:.1f} MB here, {worker / 1024:.1f} MB a worker")
        rig.case("output", process.returncode == 0 and count == jobs and not wrong and ends == jobs and died == killed,
                 f"status {process.returncode}, {figure.measured}, {died} killed")
        rig.case("memory of the run under 16 MB", most < 16 * 1024, f"{most} kB")
        rig.case("memory of a worker under 10 MB", worker < 10 * 1024, f"{worker} kB")
    rig.case("nothing is left", not lasting_survivors(run_id, GONE))


def cost(rig, weir, jobs):
    """Told, not judged: what a no-op job takes here, on one worker, on two."""
    nothing = compile_c("nothing", "int main(void) { return 0; }\n")
    with open("jobs", "w", encoding="ascii") as f:
        f.writelines(f"{nothing}\n" for _ in range(jobs))
    took = {}
    for name, words in {"here": ["-j2"], "one worker": ["--on", "exec/2:env", "--remote-weir", weir],
                        "two workers": ["--on", "exec/1:env", "--on", "exec/1:env", "--remote-weir", weir]}.items():
        with open("jobs", "rb") as stdin:
            begin = time.monotonic()
            status = subprocess.run([weir, *words], stdin=stdin, check=False).returncode
            took[name] = time.monotonic() - begin
        rig.case(f"no-op jobs: {name}", status == 0, f"{jobs / took[name]:.0f} a second, {took[name] / jobs * 1e6:.0f} us each")
    return took


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def over_ssh(rig, weir):
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin")
    with rig.figure("R31", "over ssh: as here, also when the connection is cut") as figure:
        if sshd is None or shutil.which("ssh-keygen") is None:
            rig.skip("ssh", "no openssh-server here")
            return
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        for key in ("key", "hostkey"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        here, port = os.getcwd(), free_port()
        with open("sshd.log", "wb") as log:
            daemon = subprocess.Popen([sshd, "-D", "-e", "-f", "/dev/null", "-p", str(port), "-o", "ListenAddress=127.0.0.1",
                                       "-o", f"HostKey={here}/hostkey", "-o", f"AuthorizedKeysFile={here}/key.pub",
                                       "-o", "StrictModes=no", "-o", "UsePAM=no", "-o", "PidFile=none"], stderr=log)
        try:
            eventually(lambda: b"listening" in open("sshd.log", "rb").read())
            ssh = (f"ssh -F none -i {here}/key -p {port} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR"
                   " -o UserKnownHostsFile=/dev/null -o BatchMode=yes")
            run_over_ssh(rig, weir, ["--ssh", ssh, "--remote-weir", weir])
            figure.measured = "output, a cut connection, a missing weir"
        finally:
            daemon.terminate()
            daemon.wait()


def run_over_ssh(rig, weir, words):
    run_id = new_id()
    with open("out", "wb") as out:
        status = finish(start([weir, "--on", "ssh:127.0.0.1/2,localhost/1", *words, "-k", "echo {} {%} $WEIR_NODE; cat; exit 0",
                               ":::", "a b", "c", "d"], run_id, stdout=out, stdin=subprocess.DEVNULL), 60)
    with open("out", encoding="utf-8") as f:
        text = f.read()
    rig.case("output over ssh", status == 0 and [line.split()[0] for line in text.splitlines()] == ["a", "c", "d"], text)

    # Through files of any bytes and modes, also while the connection is cut in the middle of them.
    os.makedirs("far", exist_ok=True)
    with open("big", "wb") as big:
        big.write(random.randbytes(20_000_000))
    os.chmod("big", 0o750)
    go = ["--remote-dir", os.path.abspath("far"), "--send", "big", "--return", "big.{}", "--cleanup"]
    on = ["--on", "ssh:127.0.0.1/2,localhost/1"]
    done = subprocess.run([weir, "-q", "--on", "ssh:127.0.0.1/2", *words, *go, "cp -p big big.{}", ":::", *"123"], check=False, timeout=120,
                          stdin=subprocess.DEVNULL)
    same = all(subprocess.run(["cmp", "-s", "big", f"big.{n}"], check=False).returncode == 0 and
               os.stat(f"big.{n}").st_mode & 0o777 == 0o750 for n in "123")
    rig.case("files over ssh: there and back, byte by byte, and removed there",
             done.returncode == 0 and same and not os.listdir("far"), f"status {done.returncode}, {os.listdir('far')}")
    run_id = new_id()
    process = start([weir, "-q", *on, *words, *go[:2], "--send", "big", "--return", "cut.{}", "cp -p big cut.{}", ":::", *"123"],
                    run_id, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    eventually(lambda: any(name.startswith(".weir-") for name in os.listdir("far")), 30, 0.001)
    for pid, line in survivors(run_id):
        if line.startswith("ssh ") and "127.0.0.1" in line.split("weir")[0]:
            kill(pid)
    status = finish(process, 60)
    same = all(subprocess.run(["cmp", "-s", "big", f"cut.{n}"], check=False).returncode == 0 for n in "123")
    rig.case("files over ssh, and one connection is cut: every byte by the other one", status == 0 and same and
             eventually(lambda: not any(name.startswith(".weir-") for name in os.listdir("far")), GONE), f"status {status}")

    # The id does not go over: what runs there is found by its argument.
    mark = f"4{random.getrandbits(20)}.25"
    process = start([weir, "-q", "--on", "ssh:127.0.0.1/1", "--on", "local/1", *words, "--close-timeout", "0.3s",
                     "if [ $WEIR_NODE = 127.0.0.1 ]; then touch there; exec sleep {}; fi; until [ -e there ]; do sleep 0.1; done",
                     ":::", mark, mark], run_id)

    def lives():
        return subprocess.run(["pgrep", "-f", f"^sleep {mark}"], stdout=subprocess.DEVNULL, check=False).returncode == 0
    there = eventually(lives, 60)
    for pid, line in survivors(run_id):
        if line.startswith("ssh "):
            kill(pid)
    status = finish(process, 60)
    rig.case("a cut connection: the job ends there and runs elsewhere", there and status == 0 and
             eventually(lambda: not lives(), GONE), f"status {status}")

    missing = subprocess.run([weir, "--on", "ssh:127.0.0.1/1", *words[:2], "--remote-weir", "/nowhere/weir", "echo", ":::", "1"],
                             capture_output=True, text=True, check=False)
    rig.case("weir is not there: what to type", missing.returncode == 1 and "scp " in missing.stderr, missing.stderr)


def main():
    weir = os.path.abspath(sys.argv[1])
    words = sys.argv[2:]
    short = "--quick" in words or "--ci" in words
    trials = next((int(word) for word in words if word.isdigit()), 6 if short else 100)
    with Rig("cluster") as rig:
        kills(rig, weir, trials)
        resumed(rig, weir, *((200, 2) if short else (4000, 10)))
        say = compile_c("say", SAY)
        exact(rig, weir, say, *((3000, 4) if short else (100_000, 10)))
        over_ssh(rig, weir)
        cost(rig, weir, 2000 if short else 20_000)


if __name__ == "__main__":
    main()
