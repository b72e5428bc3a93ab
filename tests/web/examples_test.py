#!/usr/bin/env python3
"""Runs an example of docs/web.md, and talks to it with curl.

    examples_test.py NAME PROGRAM

Nothing here waits for a time: what is waited for is a line of the program, or its end.
"""
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading

CURL = shutil.which("curl")
TOO_LONG = 60


class Example:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "0"], stdout=subprocess.PIPE, text=True)
        self.timer = threading.Timer(TOO_LONG, self.process.kill)
        self.timer.start()
        self.port = int(self.line(r"listening on port (\d+)").group(1))

    def line(self, pattern):
        """The next line that matches."""
        for text in self.process.stdout:
            found = re.search(pattern, text)
            if found:
                return found
        raise AssertionError(f"no line {pattern!r}, exit status {self.process.wait()}")

    def curl(self, path, *words):
        return subprocess.run([CURL, "-sS", "-m", str(TOO_LONG), *words, f"http://127.0.0.1:{self.port}{path}"],
                              stdout=subprocess.PIPE, text=True, check=True).stdout

    def stop(self):
        """SIGTERM; what it prints until it ends, with success."""
        self.process.send_signal(signal.SIGTERM)
        return self.rest()

    def rest(self):
        text = self.process.stdout.read()
        assert self.process.wait() == 0, self.process.returncode
        self.timer.cancel()
        return text


def equal(got, wanted):
    assert got == wanted, f"got {got!r}, wanted {wanted!r}"


def hello(program):
    e = Example(program)
    equal(e.curl("/?name=anna%20b"), "hello, anna b\n")
    e.line("mail sent to anna b")
    equal(e.curl("/"), "hello, world\n")
    # The last job was spawned just now: the end waits for it.
    assert "mail sent to world" in e.stop()


def busy(program):
    e = Example(program)
    # One connection, 3000 requests: ten jobs run and a hundred wait, and each takes 100 ms.
    codes = e.curl("/busy?[1-3000]", "-o", "/dev/null", "-w", "%{http_code}\n").split()
    equal(set(codes), {"200", "503"})
    assert codes[:110] == ["200"] * 110, codes
    answer = e.curl("/busy", "-i")
    assert "Retry-After: 1" in answer or " 200 " in answer, answer
    e.stop()


def hello_atomic(program):
    e = Example(program)
    equal(e.curl("/"), "hello\n")
    e.stop()


def transfer(program):
    e = Example(program)
    equal(e.curl("/transfer", "-d", "30"), "transferred\n")
    equal(e.curl("/accounts/anna"), "70\n")
    equal(e.curl("/accounts/carl", "-o", "/dev/null", "-w", "%{http_code}"), "404")
    # This client hangs up in the middle, and then the server is told to stop.
    with socket.create_connection(("127.0.0.1", e.port)) as client:
        client.sendall(b"POST /transfer HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n20")
        while e.curl("/accounts/anna") != "50\n":
            pass
    text = e.stop()
    assert "anna 50, ben 150" in text, text


def nested(program):
    e = Example(program)
    equal(e.curl("/"), "welcome, limit 100\n")
    equal(e.curl("/shop/"), "welcome, limit 100\n")
    equal(e.curl("/shop/reports"), "reports, limit 2\n")
    assert "greeted at /shop/reports" in e.stop()


def events(program):
    e = Example(program)
    url = f"http://127.0.0.1:{e.port}/events"
    with subprocess.Popen([CURL, "-sSN", url], stdout=subprocess.PIPE, text=True) as client:
        for line in client.stdout:
            if line == "data: 2\n":
                break
        e.process.send_signal(signal.SIGTERM)
        assert client.stdout.read().endswith("event: bye\ndata: the server stops\n\n")
        equal(client.wait(), 0)
    e.rest()


if __name__ == "__main__":
    if not CURL:
        print("curl is not there")
        sys.exit(77)
    globals()[sys.argv[1]](sys.argv[2])
