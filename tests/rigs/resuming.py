"""kill -9 of a run on workers, both of its processes, and its resume, several times over."""
import collections
import os
import signal

from rig import engine_of, eventually, finish, kill_all, lasting_survivors, new_id

# Where a job is killed between its last command and its end, it is run again as well.
JOB = "echo {} >> began; sleep 0.05; echo {} >> ended"


def lines_of(name):
    try:
        with open(name, encoding="ascii") as f:
            return f.read().split()
    except FileNotFoundError:
        return []


def kill_and_resume(rig, begin, jobs, kills, slots, gone):
    """begin(words, run_id) starts weir with these words. Returns the figure, as text."""
    for name in ("began", "ended", "resumed.journal"):
        if os.path.exists(name):
            os.remove(name)
    with open("numbers", "w", encoding="ascii") as f:
        f.writelines(f"{n}\n" for n in range(1, jobs + 1))
    words = ["-q", "--resume", "resumed.journal", "--close-timeout", "0.2s", "-a", "numbers", JOB]
    left = []
    for n in range(1, kills + 1):
        run_id = new_id()
        process = begin(words, run_id)
        there = eventually(lambda: len(lines_of("ended")) >= n * jobs // (kills + 1) or process.poll() is not None, 120)
        for pid in (process.pid, engine_of(process.pid)):
            if pid and process.poll() is None:
                os.kill(pid, signal.SIGKILL)
        finish(process)
        left += lasting_survivors(run_id, gone)
        kill_all(run_id)
        if not there:
            left.append("no job ended in time")
    before = len(lines_of("began"))
    status = finish(begin(words, new_id()), 180)
    began, ended = collections.Counter(lines_of("began")), collections.Counter(lines_of("ended"))
    again = sum(count - 1 for count in began.values())
    twice = sum(count - 1 for count in ended.values())
    text = f"{jobs} jobs, {kills} kills: {len(ended)} done, {again} begun again, {twice} of them done twice"
    rig.case("kill -9 of the run, and a resume: all is done", status == 0 and len(ended) == jobs and not left,
             f"status {status}, {text}, {left[:3]}")
    rig.case("only what ran at the time of a kill runs again", again <= kills * slots and before < sum(began.values()), text)
    total = sum(began.values())
    status = finish(begin(words, new_id()), 60)
    rig.case("one more resume runs nothing", status == 0 and len(lines_of("began")) == total, f"status {status}")
    return text
