"""Examples of GNU parallel's pages, what they need to run, and which cannot run here.

An example is what stands between two paragraphs of text, and calls parallel or sem; where several that call it are
set apart by blank lines, each is one. What a page only talks about is made up: files, and programs that are not
installed are stand-ins that print their arguments, so that downloads and conversions are run, too.
"""
import re
import subprocess

CALLS = re.compile(r"(^|[|;(&] *|\n *|sudo )(parallel|sem) ")
# What cannot be run here, by a part of the example: the reason.
ELSEWHERE = {
    r"-S ?[\w.]|-S '|SERVER|--(non)?onall|--sshlogin|--trc|--return|--transfer|--basefile|--controlmaster|--cleanup|--hgrp|\bssh\b|"
    r"sshpass|fooserver|sbatch|\bsrun\b|outrun|slurm": "ssh",
    r"--sql|DBURL|dburl": "database",
    r"--tty|--tmux|zenity|\bvi\b|--interactive|--open-tty|--latest-line": "terminal",
    r"--shebang|#!": "the head of a script, not a command",
    r"--citation|--man\b|--help\b|--version\b": "a text to read",
    r"env_parallel|\bparset\b": "a shell function of GNU parallel's own (weir_env)",
    r"tail -n\+0 -f": "has no end",
    r"\.\.\. \|": "half a command",
}
FILES = """printf 'A\\nB\\nC\\n' > abc-file; printf 'D\\nE\\nF\\n' > def-file; printf 'A\\0B\\0C\\0' > abc0-file
printf A_B_C_ > abc_-file; printf 'f1\\tf2\\nA\\tB\\nC\\tD\\n' > tsv-file.tsv; seq 8 > num8; seq 128 > num128
seq 30000 > num30000; seq 1000000 > num1000000; (echo %head1; echo %head2; seq 10) > num_%header
printf HHHHAAABBBCCC > fixedlen
"""
FILES_OF_EXAMPLES = r"""mkdir -p sub sounddir mydir destdir src-dir my_dir
for f in a.html sub/b.html x.wav sounddir/y.wav foo.jpg sub/bar.jpg one.log two.log log.1 log.2 log three.zip u.es.ext v.es.ext src-dir/file
do echo "FOO BAR in $f" > $f; done
for i in 0 1 2 3; do echo $i > pict$i.jpg; done; for i in 1 2; do echo $i > x1y0${i}z1; done; touch 00:00 00:05 23:55
for f in g h; do echo $f > $f; gzip -n $f; done; mkdir d; echo d > d/f; touch -d 2020-01-01 d d/f; tar czf foo.tgz d; tar czf bar.tar.gz d; rm -r d
printf 'http://x/1\nhttp://x/2\n' > urlfile; printf 'a.x\nb c.y\n' > list; cp list hosts.txt; printf '1\n2\n' > xlist; printf '3\n4\n' > ylist
printf 'aardvark\nbabble\ncab\n' > in.txt; seq 5 > textfile; cp list filelist; printf 'list\nnone\n' > file_list; seq 20 > myinput
seq 1000 > bigfile; seq 900 910 > regexps.txt; printf 'foo\tbar\nbaz \t quux\n' > table_file.tsv; printf 'echo 1\necho 2 | cat\n' > jobs_to_run
printf '>n1\nACG\nTT\n>n2\nGGA\n' > file.fasta; for i in 1 2 3; do printf "@M:$i/1\nACGT\n+\n#8BC\n@M:$i/2\nACGT\n+\n#8BC\n"; done > big.fq
printf 'Name\tE-mail address\nann\ta@b\nbob\tc@d\n' > addressbook.tsv
printf ' Transaction Customer Item\n 1 a 53\n 2 b 65\n 3 b 82\n 4 c 96\n' > my.csv
percpu=1M; free=$((1 << 20)); a=(aardvark babble cab); export COLUMNS=80; find . -exec touch -h -d 2020-01-01 {} +
"""
STAND_INS = ("R convert lame wget curl host rsync ping traceroute lynx youtube-dl unzip do_something do_step1 do_step2 my_command "
             "my_program your_prg cmd myprog fastq-reader apt-file command")
OTHER_STAND_INS = {"prips": "seq -f 10.0.0.%g 3", "jq": "cat", "sudo": 'exec "$@"', "process_output": "cat",
                   "tracefile": "echo /usr/include/x.h", "inotifywait": "printf 'a\\nb\\n'", "xpath": "cat"}
# Sizes and times that a machine shared with others should not be asked for.
SMALLER = [(r"9999999\b", "20"), (r"\b9999\b", "3"), (r"seq 10000000\b", "seq 1000"), (r"sleep 2\b", "sleep 0.1"), (r"seq 0 99\b", "seq 0 9"),
           (r"/tmp/diffcount", "diffcount"), (r"-w 0 99\b", "-w 0 9"), (r"\{0\.\.39\}", "{0..3}"), (r"\{0\.\.19\}", "{0..3}"),
           (r"\$\(seq 30\)", "1 2"), (r"-j250\b", "-j5"), (r"seq 1000 \| parallel -N0 -j1 --delay 1", "seq 2 | parallel -N0 -j1 --delay 1"),
           (r"/the/source/dir", "sub"), (r"::: \* ::: \*", "::: x*t ::: x*t")]
# Three times as long as an echo is not long on a busy machine: GNU parallel ended one.
PATIENT = (r"--timeout 300%", "--timeout 100000%")


def page(name):
    return subprocess.run(f"MANWIDTH=200 man -P cat {name} | col -bx", shell=True, capture_output=True, text=True, check=False).stdout


def chunks(name):
    """The indented parts of a page, without what the jobs print, which is set in further."""
    part, blank = [], False
    for line in page(name).splitlines() + ["the end"]:
        if re.match(r" {9,}\S", line) and not line.startswith(" " * 16):
            if blank and CALLS.search("\n".join(part)) and (CALLS.search(line) or line.startswith(" " * 9 + "ls ")):
                yield "\n".join(part)
                part = []
            part.append(line[9:])
            blank = False
        elif not line.strip() and name == "parallel_examples":
            blank = True
        elif part:
            yield "\n".join(part)
            part, blank = [], False


class Example:
    """A text for bash, and why it cannot be run here, if so."""

    def __init__(self, name, text):
        self.of_examples = name == "parallel_examples"
        for old, new in [PATIENT, *(SMALLER if self.of_examples else [])]:
            text = re.sub(old, new, text)
        self.text = re.sub(r"^\$ ", "", text).replace("/tmp/runs", "../runs")  # which would grow from run to run
        self.left_out = next((reason for part, reason in ELSEWHERE.items() if re.search(part, text)), "")

    def title(self):
        return " ".join(self.text.split())[:70]

    def script(self):
        if not self.of_examples:
            return FILES + self.text
        stand_ins = "".join(f"printf '%s\\n' '#!/bin/sh' {quoted(body)} > ../stand-ins/{each}; " for each, body in
                            [*((each, f'echo {each} "$@"') for each in STAND_INS.split()), *OTHER_STAND_INS.items()])
        # Behind the parallel that is tried, before the machine's own.
        path = "chmod +x ../stand-ins/*; PATH=${PATH%%:*}:$(cd ../stand-ins; pwd):${PATH#*:}\n"
        return f"mkdir ../stand-ins; {stand_ins}" + path + FILES_OF_EXAMPLES + self.text


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def examples(name):
    return [Example(name, each) for each in chunks(name) if CALLS.search(each)]
