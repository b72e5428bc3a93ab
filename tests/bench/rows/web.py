"""weir::web beside Beast alone, and beside aiohttp with what stands in for aiojobs: 64 keep-alive connections, each request
answered and a background job spawned for it. Load comes from wrk, or ab. The time that is judged is the processor's of the
server for a request: the load shares the machine."""
import os
import re
import shutil
import statistics
import subprocess

import measure
from table import Row, skipped

TITLE = "web service"
MOST = 1.10
CONNECTIONS = "64"
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "web")
TICKS = os.sysconf("SC_CLK_TCK")


class Load:
    """What a server did under load: requests a second, the 99th percentile in ms, its own processor time for a request in us."""

    def __init__(self, argv, seconds):
        server = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        try:
            url = f"http://127.0.0.1:{server.stdout.readline().split()[1]}/"
            load(url, "1")  # to warm up
            before = cpu_of(server.pid)
            requests, self.rate, self.p99 = load(url, seconds)
            self.cpu = (cpu_of(server.pid) - before) / requests * 1e6
        finally:
            server.terminate()
            server.wait()


def cpu_of(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def load(url, seconds):
    if shutil.which("wrk"):
        said = run("wrk", "-t", "1", "-c", CONNECTIONS, "-d", seconds, "--latency", url)
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", said).groups()
        return (int(re.search(r"(\d+) requests in", said).group(1)),
                float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)),
                float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit])
    said = run("ab", "-q", "-k", "-c", CONNECTIONS, "-t", seconds, "-n", "100000000", url)
    return (int(re.search(r"Complete requests:\s+(\d+)", said).group(1)),
            float(re.search(r"Requests per second:\s+([\d.]+)", said).group(1)),
            float(re.search(r"99%\s+(\d+)", said).group(1)))


def run(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True).stdout


def python_with_aiohttp():
    for python in ("/usr/bin/python3", shutil.which("python3")):
        if python and subprocess.run([python, "-c", "import aiohttp"], stderr=subprocess.DEVNULL).returncode == 0:
            return python
    return None


def rows(bench):
    programs = {name: os.path.join(os.path.dirname(bench.weir), f"bench_web_{name}") for name in ("weir", "beast")}
    if not all(os.access(program, os.X_OK) for program in programs.values()):
        return [skipped(TITLE, "bench_web_weir and bench_web_beast are not built beside weir")]
    if not shutil.which("wrk") and not shutil.which("ab"):
        return [skipped(TITLE, "neither wrk nor ab is there")]
    measure.note(TITLE)
    cases = {name: [program] for name, program in programs.items()}
    python = python_with_aiohttp()
    if python:
        cases["aiohttp"] = [python, "-B", os.path.join(HERE, "aiohttp_hello.py")]
    done = {name: [] for name in cases}
    for _ in range(bench.of(7, 3)):
        for name, argv in cases.items():
            done[name].append(Load(argv, bench.of("5", "2")))
    return [row(name, done) for name in ("weir", "beast")] + ([row("aiohttp", done)] if python else
                                                            [skipped("aiohttp", "python3-aiohttp is not there")])


def row(name, done):
    mine = done[name]
    middle = {field: statistics.median(getattr(load, field) for load in mine) for field in ("rate", "p99", "cpu")}
    title = {"weir": "weir::web, setup and spawn", "beast": "Beast alone, co_spawn",
             "aiohttp": "aiohttp, a stand-in for aiojobs"}[name]
    ratio = statistics.median(a.cpu / b.cpu for a, b in zip(done["weir"], done[name]))
    said = "" if name == "weir" else f"weir::web takes {ratio:.2f} of its time"
    wanted, held = (f"at most {MOST:.2f}", ratio <= MOST) if name == "beast" else ("", None)
    return Row(title, f"{middle['rate'] / 1000:.1f}k/s, p99 {middle['p99']:.2f} ms", f"{middle['cpu']:.1f} us", "", said,
               wanted, held)
