"""What the rigs share: cases counted, runs of weir found again by a random id in their environment,
and a terminal whose session leader is not weir.

Nothing here sleeps to synchronise: what is waited for is polled, with a deadline. A survivor is a
process that carries the id of its run in /proc/PID/environ, whatever it did to its session, its group
or its parents. The rig is a subreaper, so that orphans are seen where the init of a container would
not reap them.
"""
import ctypes
import fcntl
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

SECOND = 1.0
PR_SET_CHILD_SUBREAPER = 36
ID = "WEIR_RIG_ID"


class Rig:
    """Counts cases. Use as a context: it makes a directory, works in it, and removes it."""

    def __init__(self, name):
        self.name = name
        self.passed = 0
        self.failed = 0

    def __enter__(self):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        # A rig that was started in the background must not hand ignored signals on.
        for number in (signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.directory = tempfile.mkdtemp(prefix="weir-rig-")
        os.chdir(self.directory)
        return self

    def __exit__(self, kind, *_):
        os.chdir("/")
        shutil.rmtree(self.directory, ignore_errors=True)
        if kind is None:
            print(f"{self.name}: {self.passed} passed, {self.failed} failed", flush=True)
            sys.exit(1 if self.failed else 0)

    def case(self, name, ok, detail=""):
        self.passed += bool(ok)
        self.failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {name}{': ' + str(detail) if detail != '' else ''}", flush=True)
        return ok

    def skip(self, name, why):
        print(f"skip {name}: {why}", flush=True)


def weir_of(arguments):
    if len(arguments) < 2:
        sys.exit(f"usage: {arguments[0]} WEIR [NUMBER]")
    return os.path.abspath(arguments[1])


def number_of(arguments, default):
    return int(arguments[2]) if len(arguments) > 2 else default


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


class Terminal:
    """weir as the foreground job of a session on a pty of its own.

    A leader stands between: it owns the session, puts weir into a process group in the foreground, as
    a shell does, and says what waitpid says. fg() continues it.
    """

    def __init__(self, argv, run_id, env=None, stdin=None):
        self.master, slave = os.openpty()
        self.slave_name = os.ttyname(slave)
        self.before = termios.tcgetattr(slave)
        said, say = os.pipe()
        hear, self.tell = os.pipe()
        self.said = os.fdopen(said, "r")
        self.leader = os.fork()
        if self.leader == 0:
            try:
                os.close(self.master)
                self._lead(argv, environment(run_id, **(env or {})), slave, stdin, say, hear)
            finally:
                os._exit(99)
        own_children.add(self.leader)
        for fd in (slave, say, hear):
            os.close(fd)
        self.screen = b""
        self.pid = int(self.said.readline())

    @staticmethod
    def _lead(argv, env, slave, stdin, say, hear):
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd in (0, 1, 2):
            os.dup2(slave, fd)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            if stdin is not None:
                os.dup2(os.open(stdin, os.O_RDONLY), 0)
            os.closerange(3, 64)
            os.execve(argv[0], argv, env)
        # Here, too, so that a key that is pressed now finds weir in the foreground.
        try:
            os.setpgid(pid, pid)
        except PermissionError:
            pass  # it executes already
        os.tcsetpgrp(0, pid)
        os.write(say, f"{pid}\n".encode())
        while True:
            _, status = os.waitpid(pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                os.tcsetpgrp(1, os.getpgrp())
                os.write(say, f"ended {os.waitstatus_to_exitcode(status)}\n".encode())
                os.read(hear, 1)  # the terminal stays until it was looked at
                os._exit(0)
            os.tcsetpgrp(1, os.getpgrp())
            os.write(say, b"stopped\n")
            os.read(hear, 1)
            os.tcsetpgrp(1, pid)
            os.killpg(pid, signal.SIGCONT)

    def press(self, key):
        os.write(self.master, key)

    def fg(self):
        os.write(self.tell, b"f")

    def pump(self, seconds=0.0):
        """Takes what is on the screen."""
        while select.select([self.master], [], [], seconds)[0]:
            try:
                self.screen += os.read(self.master, 65536)
            except OSError:
                return
            seconds = 0.0

    def next_word(self, seconds=10 * SECOND):
        """'stopped' or 'ended STATUS' from the leader, or None. The screen is read meanwhile."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            ready = select.select([self.master, self.said], [], [], 0.05)[0]
            if self.master in ready:
                self.pump()
            if self.said in ready:
                return self.said.readline().strip()
        return None

    def attributes(self):
        return termios.tcgetattr(self.master)

    def close(self):
        try:
            os.write(self.tell, b"x")
        except OSError:
            pass
        os.kill(self.leader, signal.SIGKILL)
        os.waitpid(self.leader, 0)
        os.close(self.tell)
        self.said.close()
        os.close(self.master)
