"""A terminal of its own for weir, whose session leader is not weir."""
import contextlib
import fcntl
import os
import select
import signal
import termios
import time

from rig import SECOND, environment, own_children


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
            os.execvpe(argv[0], argv, env)
        # Here, too, so that a key that is pressed now finds weir in the foreground.
        with contextlib.suppress(OSError):  # it executes already, or has ended
            os.setpgid(pid, pid)
        with contextlib.suppress(OSError):
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
