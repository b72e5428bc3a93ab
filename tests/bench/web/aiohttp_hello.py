#!/usr/bin/env python3
"""The same with aiohttp and the least that stands in for aiojobs, which Debian does not package: a bounded set of tasks
that is waited for at the end."""
import asyncio
import signal

from aiohttp import web


class Jobs:
    def __init__(self, limit=100):
        self.places = asyncio.Semaphore(limit)
        self.tasks = set()

    async def spawn(self, coro):
        await self.places.acquire()
        task = asyncio.create_task(coro)
        self.tasks.add(task)
        task.add_done_callback(self.done)

    def done(self, task):
        self.tasks.discard(task)
        self.places.release()


async def background(name):
    return bool(name)


async def hello(request):
    await request.app["jobs"].spawn(background(request.path))
    return web.Response(text="hello\n")


async def main():
    app = web.Application()
    app["jobs"] = Jobs()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print("port", site._server.sockets[0].getsockname()[1], flush=True)
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    await end.wait()
    await asyncio.gather(*app["jobs"].tasks)
    await runner.cleanup()


asyncio.run(main())
