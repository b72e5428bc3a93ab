"""One stream of lines, dealt out in blocks to `wc -l`, two at once.

--pipe beside `cat` into the same program, which does nothing but copy: of a file, and of a pipe. --pipepart beside as many jobs
that read files of their own, the same blocks split before. GNU parallel and split --filter to compare. All of it lies in the
page cache.
"""
import os
import shutil
import subprocess

import measure
import peers
from table import Row, mb, times

TITLE = "blocks of one stream"
BLOCKS = ("1M", "10M")
LINE = "the quick brown fox jumps over the lazy dog 0123456789\n"
OF_CAT, OF_FILES = 0.8, 0.9


def big_file(bench, megabytes):
    """The file, and by size of block the names of files that have its blocks."""
    path = bench.path("lines")
    with open(path, "w", encoding="ascii") as f:
        f.writelines(LINE * 20_000 for _ in range(megabytes * 1_000_000 // (len(LINE) * 20_000)))
    parts = {}
    for block in BLOCKS:
        prefix = f"part{block}."
        subprocess.run(["split", "-a", "4", "-C", block, path, bench.path(prefix)], check=True)
        parts[block] = sorted(os.path.join(bench.directory, name) for name in os.listdir(bench.directory) if name.startswith(prefix))
    return path, parts


def rows(bench):
    megabytes = bench.of(1000, 200)
    measure.note(f"{TITLE}: {megabytes} MB")
    path, parts = big_file(bench, megabytes)
    weir, gnu = [bench.weir, "-j2"], ["parallel", "--will-cite", "-j2"]
    gnu_is_here = shutil.which("parallel") and peers.is_gnu_parallel("parallel")
    count = ["wc", "-l"]
    fed = {"cat": ["/bin/sh", "-c", "cat | wc -l"]}
    own, base = {}, {}
    for block in BLOCKS:
        files = f"files of {block}"
        own[files] = [*weir, "wc", "-l", "{}", ":::", *parts[block]]
        base[f"weir --pipepart --block {block}"] = base[f"parallel --pipepart --block {block}"] = base[files] = files
        fed[f"weir --pipe --block {block}"] = [*weir, "--pipe", "--block", block, *count]
        fed[f"weir --pipe --block {block}, of a pipe"] = ["/bin/sh", "-c", f"cat | {bench.weir} -j2 --pipe --block {block} wc -l"]
        own[f"weir --pipepart --block {block}"] = [*weir, "--pipepart", "-a", path, "--block", block, *count]
        if gnu_is_here:
            fed[f"parallel --pipe --block {block}"] = [*gnu, "--pipe", "--block", block, *count]
            own[f"parallel --pipepart --block {block}"] = [*gnu, "--pipepart", "-a", path, "--block", block, *count]
        if shutil.which("split"):
            fed[f"split --filter, {block}"] = ["split", "-C", block, "--filter", "wc -l", "-"]
    series = measure.rounds(bench.of(3, 2), {
        name: lambda argv=argv, source=source: bench.run(argv, source)
        for source, group in ((path, fed), (None, own)) for name, argv in group.items()})
    return ([shown(name, series[name], series["cat"], megabytes, OF_CAT) for name in fed] +
            [shown(name, series[name], series[base[name]], megabytes, OF_FILES) for name in own])


def shown(name, series, base, megabytes, wanted):
    row = Row(name, f"{megabytes / series.median('wall'):.0f} MB/s", f"{series.median('cpu') / megabytes * 1e3:.2f} ms/MB",
              mb(series.peak))
    if series is base:
        return row
    part = base.ratio(series)
    row.ratio = times(part)
    if name.startswith("weir"):
        row.wanted = f"at least {wanted} of {'cat' if wanted == OF_CAT else 'files of their own'}"
        row.reached = part >= wanted
    return row
