"""The helper programs, compiled anew for each run: a moment, and never stale."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BARE = ["-Os", "-static", "-nostdlib", "-fno-asynchronous-unwind-tables", "-fno-stack-protector",
        "-s", "-Wl,--build-id=none,-n"]
FLAGS = {"tiny": BARE, "once": ["-O2", "-static"], "hold": ["-O2", "-static"]}
NOT_EVERYWHERE = ("bare_capture",)


def build(directory):
    """Returns the paths by name; without those that do not build on this architecture."""
    programs = {}
    directory = os.path.join(directory, "programs")  # what rows write must not hit one
    os.mkdir(directory)
    for name in ("tiny", "once", "hold", "lines", "gen", "sink", "bare_wait", "bare_capture"):
        path = os.path.join(directory, name)
        done = subprocess.run([os.environ.get("CC", "gcc"), *FLAGS.get(name, ["-O2"]), "-o", path,
                               os.path.join(HERE, name + ".c")], stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode == 0:
            programs[name] = path
        elif name not in NOT_EVERYWHERE:
            sys.exit(f"bench: cannot build {name}: {done.stderr}")
    return programs
