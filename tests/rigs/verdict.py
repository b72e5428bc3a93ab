"""Sixty jobs under a fault, and what may come of it: all done, failed loudly, but never a silent loss.

The output goes into files, so that no reader can be what hangs.
"""
from rig import finish, kill_all, lasting_survivors, new_id, start

JOBS = 60
ITEMS = "".join(f"{i}\n" for i in range(1, JOBS + 1))
ALL = sorted(f"item {i}".encode() for i in range(1, JOBS + 1))
HANGS_AFTER = 20


class Result:
    def __init__(self, status, out, err, left):
        self.status, self.out, self.err, self.left = status, out, err, left

    def complete(self):
        return sorted(self.out.split(b"\n")[:-1]) == ALL

    def said(self):
        return f"exit {self.status}, {self.out.count(10)} lines, {len(self.left)} orphans, " \
               f"stderr {self.err.strip()[-160:].decode('utf-8', 'replace')!r}"


def run(argv, prefix=(), before=None, stdout=None, env=None, stdin=None, text=ITEMS, hangs_after=HANGS_AFTER):
    """Runs it on `text`, with its output into files (or stdout)."""
    run_id = new_id()
    with open("items", "w", encoding="ascii") as f:
        f.write(text)
    with open("items", "rb") as items, open("out", "wb") as out, open("err", "wb") as err:
        process = start([*prefix, *argv], run_id, stdin=stdin or items, stdout=stdout or out, stderr=err,
                        preexec_fn=before, env=env or {})
        status = finish(process, hangs_after)
    left = lasting_survivors(run_id)
    if status is None:
        process.kill()
        process.wait()
    kill_all(run_id)
    with open("out", "rb") as out, open("err", "rb") as err:
        return Result(status, out.read(), err.read(), left)


def all_done(rig, name, result, status=0):
    """The fault must be overcome."""
    return rig.case(name, result.status == status and result.complete() and not result.left, result.said())


def no_lie(rig, name, result):
    """The fault may win, but then it must be said."""
    told = result.status not in (None, 0) or result.complete()
    return rig.case(name, result.status is not None and told and not result.left, result.said())


def failed_with(rig, name, result, status):
    return rig.case(name, result.status == status and not result.left, result.said())
