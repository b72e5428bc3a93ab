#!/usr/bin/env python3
"""Any bytes into every parser, under AddressSanitizer and UndefinedBehaviorSanitizer.

    fuzz_rig.py WEIR [SECONDS | --quick | --ci]        R24

The libFuzzer targets of the build that WEIR_FUZZERS names (preset fuzz; ./bootstrap rigs makes it) run SECONDS (60) each,
two at a time, from the corpus in tests/fuzz. With --ci the seed is the same every time: a change is judged, not the luck
of the day, which the full form is for. A finding is printed with its bytes. A target with a planted fault shows that
findings are seen.
"""
import glob
import os
import re
import subprocess

from rig import Rig
from tool import Arguments

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fuzz", "corpus")


def started(target, seconds, seed):
    name = os.path.basename(target).removeprefix("fuzz_")
    os.makedirs(f"found_{name}")
    log = open(f"log_{name}", "wb")
    process = subprocess.Popen([target, f"-seed={seed}", f"-max_total_time={seconds}", "-rss_limit_mb=2048", "-timeout=10", "-max_len=4096",
                                "-print_final_stats=1", f"-artifact_prefix=found_{name}.", f"found_{name}",
                                os.path.join(CORPUS, name)], stdout=log, stderr=log)
    log.close()
    return name, process


def judge(rig, name, process, seconds):
    try:
        process.wait(seconds * 3 + 60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with open(f"log_{name}", encoding="utf-8", errors="replace") as f:
        text = f.read()
    runs = re.search(r"number_of_executed_units:\s*(\d+)", text)
    executed = int(runs.group(1)) if runs else 0
    found = [open(path, "rb").read()[:200] for path in glob.glob(f"found_{name}.*")]
    rig.case(f"{name}, {seconds} s", process.returncode == 0 and executed > 0 and not found,
             f"{executed} inputs" if not found and process.returncode == 0 else f"exit {process.returncode} {found} {text[-600:]}")
    return executed


PLANTED = r"""
#include <cstddef>
#include <cstdint>
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 2 && data[0] == 'e' && data[1] == 'n' && data[2] == 'd') __builtin_trap();
  return 0;
}
"""


def planted(rig):
    with open("planted.cpp", "w", encoding="ascii") as f:
        f.write(PLANTED)
    subprocess.run(["clang++", "-g", "-O1", "-fsanitize=fuzzer", "-o", "planted", "planted.cpp"], check=True)
    done = subprocess.run(["./planted", "-max_total_time=60"], capture_output=True, check=False)
    rig.case("a planted fault is found: this rig can fail", done.returncode != 0, f"exit {done.returncode}")


def main():
    arguments = Arguments(quick=0, ci=5, full=60)
    seconds, build = arguments.number, os.environ.get("WEIR_FUZZERS")
    seed = 1 if arguments.level == "ci" else 0  # 0: libFuzzer draws one, and prints it
    with Rig("fuzz_rig") as rig, rig.figure("R24", f"libFuzzer, ASan, UBSan, {seconds} s for each parser: 0 findings") as figure:
        targets = sorted(glob.glob(os.path.join(build, "bin", "fuzz_*"))) if build and seconds else []
        if not targets:
            return rig.skip("fuzzers", "only with a build of the preset fuzz (clang), not in the quick form")
        inputs = 0
        for at in range(0, len(targets), 2):
            pair = [started(target, seconds, seed) for target in targets[at:at + 2]]
            inputs += sum(judge(rig, name, process, seconds) for name, process in pair)
        planted(rig)
        figure.measured = f"{len(targets)} parsers, {inputs} inputs, {len(figure.failures)} findings"


if __name__ == "__main__":
    main()
