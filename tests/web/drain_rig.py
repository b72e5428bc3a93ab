#!/usr/bin/env python3
"""Stops a service in the middle of 200 clients' requests, again and again.

    drain_rig.py SERVICE [--times N] [--crowd]

Each time: 200 clients ask one thing after the other, one in ten of them hangs up without reading; then SIGTERM, at
a moment that chance chooses. Held to it: a request that reached its handler has exactly one whole answer, if its
client stayed; nobody has half an answer, or one that nobody asked for; shielded, spawned and atomic work that began
is finished; the service ends by itself, with success, in less than its grace (10 s). --crowd: 10 000 connections that
say nothing, before a service that allows 1000. Exit status 1: not held.
"""
import argparse
import asyncio
import itertools
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time

CLIENTS = 200
GRACE = 10
TOO_LONG = 60


class Service:
    def __init__(self, program, *words):
        # A file: it takes all that the service writes while nobody reads.
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen([program, *words], stdout=self.output)
        self.port = self.find_port()

    def find_port(self):
        deadline = time.monotonic() + TOO_LONG
        while time.monotonic() < deadline:
            found = re.search(rb"port (\d+)\n", os.pread(self.output.fileno(), 1000, 0))
            if found:
                return int(found.group(1))
            time.sleep(0.001)
        raise AssertionError("the service does not listen")

    def stop(self):
        self.began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)

    def end(self):
        """Its lines. What it takes to end is judged."""
        self.process.wait(timeout=TOO_LONG)
        self.seconds = time.monotonic() - self.began
        with self.output as text:
            text.seek(0)
            return text.read().decode().splitlines()


class Client:
    """Asks until its connection ends."""

    def __init__(self, port, number, ids):
        self.port, self.number, self.ids = port, number, ids
        self.asked, self.answered, self.wrong = [], [], []
        self.stays = number % 10 != 0

    async def run(self):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return  # nobody listens any more
        try:
            while True:
                await self.ask(reader, writer)
        except (asyncio.IncompleteReadError, OSError) as error:
            if getattr(error, "partial", b""):
                self.wrong.append(f"half an answer: {error.partial[:60]!r}")
        finally:
            writer.close()

    async def ask(self, reader, writer):
        way = random.choice(("shield", "spawn", "atomic"))
        name = f"{way}-{self.number}-{next(self.ids)}"
        writer.write(f"GET /{way}/{name} HTTP/1.1\r\nHost: rig\r\n\r\n".encode())
        self.asked.append(name)
        await writer.drain()
        if not self.stays and random.random() < 0.3:
            raise ConnectionAbortedError  # hangs up
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"Content-Length: (\d+)", head).group(1))
        try:
            body = (await reader.readexactly(length)).decode()
        except asyncio.IncompleteReadError:
            self.wrong.append(f"no whole body for {name}")
            raise ConnectionAbortedError from None
        if not head.startswith("HTTP/1.1 200 ") or body != f"{name} {'x' * 2000} end\n":
            self.wrong.append(f"{name} got {head[:40]!r} {body[:40]!r}")
        self.answered.append(name)
        if "Connection: close" in head:
            rest = await reader.read()
            if rest:
                self.wrong.append(f"bytes after the last answer: {rest[:60]!r}")
            raise ConnectionAbortedError


async def clients_of(service, moment):
    clients = [Client(service.port, i, itertools.count()) for i in range(CLIENTS)]
    tasks = [asyncio.create_task(c.run()) for c in clients]
    await asyncio.sleep(moment)
    service.stop()
    await asyncio.wait_for(asyncio.gather(*tasks), TOO_LONG)
    return clients


def stopped_once(program, seed):
    """What went wrong, and how many requests had begun."""
    random.seed(seed)
    service = Service(program)
    clients = asyncio.run(clients_of(service, random.uniform(0, 0.4)))
    lines = service.end()
    began = [line.split()[1] for line in lines if line.startswith("began ")]
    finished = {line.split()[1] for line in lines if line.startswith("finished ")}
    wrong = [w for c in clients for w in c.wrong]
    answered = [name for c in clients for name in c.answered]
    staying = {name for c in clients if c.stays for name in c.asked}
    wrong += [f"answered twice: {name}" for name in answered if answered.count(name) > 1][:1]
    wrong += [f"began and was not answered: {name}" for name in set(began) & staying - set(answered)]
    # A spawn that waits for a place is given up when its client goes; nothing else is.
    wrong += [f"began and was not finished: {name}" for name in set(began) - finished
              if name in staying or not name.startswith("spawn")]
    if len(began) != len(set(began)):
        wrong.append("a request began twice")
    if service.process.returncode != 0:
        wrong.append(f"exit status {service.process.returncode}")
    if service.seconds > GRACE:
        wrong.append(f"took {service.seconds:.1f} s to end")
    if not lines[-1].startswith("report ") or not lines[-1].endswith(" 0 cancelled, 0 still running"):
        wrong.append(lines[-1])
    return wrong, len(began)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


async def crowd(service):
    """10 000 that connect and say nothing; then they go, and one that asks is answered."""
    most, sockets = 0, []
    for _ in range(10000):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(("127.0.0.1", service.port))
        sockets.append(s)
        if len(sockets) % 500 == 0:
            await asyncio.sleep(0.01)
            most = max(most, descriptors(service.process.pid))
    for s in sockets:
        s.close()
    reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", service.port), TOO_LONG)
    writer.write(b"GET /spawn/one HTTP/1.1\r\nHost: rig\r\nConnection: close\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), TOO_LONG)
    writer.close()
    return most, answer.startswith(b"HTTP/1.1 200 ")


def crowded(program):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 11000:
        print(f"not measured: 10 000 connections need more than {hard} descriptors")
        return []
    resource.setrlimit(resource.RLIMIT_NOFILE, (11000, hard))
    service = Service(program, "1000")
    most, answered = asyncio.run(crowd(service))
    service.stop()
    service.end()
    print(f"10 000 connections: at most {most} descriptors in the service")
    return [] if most < 1100 and answered else [f"{most} descriptors, answered afterwards: {answered}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("service")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--crowd", action="store_true")
    o = parser.parse_args()
    failed, begun = 0, 0
    for seed in range(o.times):
        wrong, count = stopped_once(o.service, seed)
        begun += count
        if wrong:
            failed += 1
            print(f"time {seed}: {'; '.join(wrong[:5])}")
    if o.crowd:
        wrong = crowded(o.service)
        failed += len(wrong)
        print(*wrong, sep="\n", end="")
    print(f"{o.times - failed} of {o.times} times, {begun} requests had begun")
    return 1 if failed or not begun else 0


if __name__ == "__main__":
    sys.exit(main())
