#!/usr/bin/env python3
"""A web service is stopped in the middle of its clients' requests: ../web/drain_rig.py, for the table.

    drain_rig.py WEIR [--quick | --ci]        R30

The service, web_drained_service, is looked for beside weir.
"""
import os
import re
import subprocess
import sys

RIG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "web", "drain_rig.py")
WANTED = "SIGTERM among 200 clients' requests, %d times: each request one whole answer, no work lost"


def main():
    weir, *form = sys.argv[1:]
    times = 3 if "--quick" in form else 20 if "--ci" in form else 100
    service = os.path.join(os.path.dirname(os.path.abspath(weir)), "web_drained_service")
    held, measured, state = True, f"{os.path.basename(service)} is not built", "not measured"
    if os.access(service, os.X_OK):
        words = [service, "--times", str(times), *([] if form else ["--crowd"])]
        rig = subprocess.run([sys.executable, "-B", RIG, *words], stdout=subprocess.PIPE, text=True, check=False)
        print(rig.stdout, end="")
        held = rig.returncode == 0
        measured, state = rig.stdout.splitlines()[-1] if rig.stdout else "nothing", "held" if held else "NOT HELD"
    print("\t".join(["==", "R30", WANTED % times, re.sub(r"\s+", " ", measured), state]))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
