"""What the rigs share: cases and figures, and runs of weir found again by a random id in their environment.

Nothing here sleeps to synchronise: what is waited for is polled, with a deadline. A survivor is a
process that carries the id of its run in /proc/PID/environ, whatever it did to its session, its group
or its parents. The rig is a subreaper, so that orphans are seen where the init of a container would
not reap them.
"""
import contextlib
import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SECOND = 1.0
PR_SET_CHILD_SUBREAPER = 36
ID = "WEIR_RIG_ID"


class Figure:
    """A promise: held when every case in it passed and there was one."""

    def __init__(self, name, wanted):
        self.name, self.wanted = name, wanted
        self.passed, self.failures, self.skipped = 0, [], []
        self.measured = None  # what the table says; without it, how many cases passed
        self.late = False  # over a time that is promised for a machine that is not busy

    def state(self):
        if self.failures or (self.late and times_are_judged and not busy()):
            return "NOT HELD"
        if not self.passed:
            return "not measured"
        return "held" if not self.late else "late"

    def text(self):
        measured = self.measured or f"{self.passed} of {self.passed + len(self.failures)} cases"
        if self.failures:
            measured += "; failed: " + ", ".join(self.failures[:5])
        if self.skipped:
            measured += "; skipped: " + ", ".join(self.skipped)
        return measured


# Only where a rig measures what its figure asks for. --quick and --ci run beside builds and other tests:
# there counts are judged, and times are told.
times_are_judged = False


def busy():
    return os.getloadavg()[0] > 1.5 * (os.cpu_count() or 1)


class Rig:
    """Counts cases. Use as a context: it makes a directory, works in it, and removes it."""

    def __init__(self, name):
        self.name = name
        self.passed = 0
        self.failed = 0
        self.in_figure = None

    @contextlib.contextmanager
    def figure(self, name, wanted):
        """The cases inside are of this figure. Prints what `all` makes its table of."""
        figure = self.in_figure = Figure(name, wanted)
        yield figure
        self.in_figure = None
        if figure.state() == "NOT HELD" and not figure.failures:
            self.failed += 1
        print("\t".join(["==", figure.name, figure.wanted, figure.text(), figure.state()]), flush=True)

    def __enter__(self):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        # A rig that was started in the background must not hand ignored signals on.
        for number in (signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.directory = tempfile.mkdtemp(prefix="weir-rig-")
        os.chdir(self.directory)
        self.broken_rules = os.path.join(tempfile.gettempdir(), f"weir-rules-{os.getpid()}-{new_id()}")
        os.environ["WEIR_BROKEN_RULES"] = self.broken_rules
        return self

    def check_rules(self):
        """weir-checked ends by SIGABRT when a run breaks a rule, and writes down which, wherever its stderr goes."""
        if not os.path.exists(self.broken_rules):
            return
        with open(self.broken_rules, encoding="utf-8", errors="replace") as f:
            lines = f.read().splitlines()
        os.remove(self.broken_rules)
        with self.figure("rules", "no run breaks a rule of simulated runs"):
            for line in lines:
                self.case(line, False)

    def __exit__(self, kind, *_):
        os.chdir("/")
        self.check_rules()
        shutil.rmtree(self.directory, ignore_errors=True)
        if kind is None:
            print(f"{self.name}: {self.passed} passed, {self.failed} failed", flush=True)
            sys.exit(1 if self.failed else 0)

    def case(self, name, ok, detail=""):
        self.passed += bool(ok)
        self.failed += not ok
        if self.in_figure:
            self.in_figure.passed += bool(ok)
            if not ok:
                self.in_figure.failures.append(name)
        print(f"{'ok  ' if ok else 'FAIL'} {name}{': ' + str(detail) if detail != '' else ''}", flush=True)
        return ok

    def skip(self, name, why):
        if self.in_figure:
            self.in_figure.skipped.append(f"{name} ({why})")
        print(f"skip {name}: {why}", flush=True)


def compile_c(name, source, flags=("-O1",)):
    """Builds a helper in the current directory, static where that is possible. Returns its path."""
    with open(name + ".c", "w", encoding="ascii") as f:
        f.write(source)
    for more in (["-static"], []):
        if subprocess.run([os.environ.get("CC", "cc"), *flags, *more, "-o", name, name + ".c"],
                          stderr=subprocess.DEVNULL).returncode == 0:
            return os.path.abspath(name)
    sys.exit(f"cannot build {name}")


def new_id():
    return f"{random.getrandbits(64):016x}"


# In CI weir would fold what the rigs read.
for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI", "WEIR_SEQ"):
    os.environ.pop(name, None)


def environment(run_id, **more):
    return {**os.environ, ID: run_id, **more}


def survivors(run_id):
    """(pid, command line) of all living processes of the run."""
    wanted = f"{ID}={run_id}".encode()
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as f:
                if wanted not in f.read().split(b"\0"):
                    continue
            with open(f"/proc/{name}/cmdline", "rb") as f:
                found.append((int(name), f.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()))
        except OSError:
            pass  # gone, or a zombie
    return found


def state_and_parent(pid):
    """The letter and the parent in /proc/PID/stat; None and 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
            fields = f.read().rpartition(")")[2].split()
            return fields[0], int(fields[1])
    except OSError:
        return None, 0


def state_of(pid):
    return state_and_parent(pid)[0]


def engine_of(pid):
    """The process that runs the jobs of the weir with this pid, which is its keeper. None: it has none."""
    for name in os.listdir("/proc"):
        if name.isdigit() and state_and_parent(name)[1] == pid:
            try:
                with open(f"/proc/{name}/comm", encoding="ascii", errors="replace") as f:
                    if f.read().strip() == "weir-engine":
                        return int(name)
            except OSError:
                pass
    return None


def peak_kb(pid):
    """VmHWM: of the program itself. ru_maxrss would include the process that started it. 0: it is gone."""
    return status_kb(pid, "VmHWM")


def rss_kb(pid):
    return status_kb(pid, "VmRSS")


def status_kb(pid, key):
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as f:
            return next((int(line.split()[1]) for line in f if line.startswith(key)), 0)
    except OSError:
        return 0


def eventually(fact, seconds=10 * SECOND, pause=0.005):
    """Polls until it is true. Returns what it gave, or the last false value at the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = fact()
        if value or time.monotonic() >= deadline:
            return value
        time.sleep(pause)


def lasting_survivors(run_id, seconds=1 * SECOND):
    """Survivors that are still there after a while: the kernel may take a moment for what was killed."""
    eventually(lambda: not survivors(run_id), seconds)
    return survivors(run_id)


def kill_all(run_id):
    for _ in range(50):
        left = survivors(run_id)
        for pid, _ in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        reap_strays()
        if not left:
            return


def reap_strays():
    """Orphans that came to us. Children of subprocess are reaped by it."""
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) in own_children:
            continue
        if state_and_parent(name) == ("Z", os.getpid()):
            os.waitpid(int(name), os.WNOHANG)


own_children = set()


def start(argv, run_id, **more):
    """subprocess.Popen with the id. `env` may hold more variables."""
    env = environment(run_id, **more.pop("env", {}))
    process = subprocess.Popen(argv, env=env, **more)
    own_children.add(process.pid)
    return process


def finish(process, seconds=10 * SECOND):
    """Waits for it. Returns its exit status as subprocess gives it, or None when it hangs."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
