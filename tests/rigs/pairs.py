"""What one start of a program takes more than another: both in turns, so that a busy machine does the same to both."""
import os
import subprocess

from rig import compile_c, environment, new_id

TIMER = r"""
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
extern char** environ;
static int compare(const void* a, const void* b) { return (*(double*)a > *(double*)b) - (*(double*)a < *(double*)b); }
static double once(char** argv, double* cpu) {
  struct timespec a, b;
  struct rusage use;
  pid_t pid;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &a);
  if (posix_spawn(&pid, argv[0], 0, 0, argv, environ) || wait4(pid, &status, 0, &use) < 0 || status) exit(9);
  clock_gettime(CLOCK_MONOTONIC, &b);
  *cpu = (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e3 + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e3;
  return (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
}
/* TIMES VARIABLE FIRST... -- SECOND...: the medians of what SECOND takes more, in ms, and of CPU. VARIABLE is set for FIRST alone. */
int main(int argc, char** argv) {
  const int n = argc > 4 ? atoi(argv[1]) : 0;
  char** second = argv + 3;
  double* more = malloc((n + 1) * sizeof *more);
  double* cpu = malloc((n + 1) * sizeof *cpu);
  while (*second && strcmp(*second, "--")) ++second;
  if (n < 1 || !*second) return 9;
  *second++ = 0;
  for (int i = 0; i < n; ++i) {
    setenv(argv[2], "1", 1);
    double before, after;
    more[i] = -once(argv + 3, &before);
    unsetenv(argv[2]);
    more[i] += once(second, &after);
    cpu[i] = after - before;
  }
  qsort(more, n, sizeof *more, compare);
  qsort(cpu, n, sizeof *cpu, compare);
  printf("%.3f %.3f\n", more[n / 2], cpu[n / 2]);
  return 0;
}
"""


def milliseconds_more(times, first, second, variable="NOTHING", around=list, **env):
    """The medians of `times` differences: of time, and of CPU, which others on the machine change less. `around` makes the argv that runs the measuring's argv, such as that of weir."""
    timer = compile_c("timer", TIMER)
    done = subprocess.run(around([timer, str(times), variable, *first, "--", *second]), capture_output=True, text=True,
                          env=environment(new_id(), **env), stdin=subprocess.DEVNULL, timeout=600, check=False)
    return [float(word) for word in done.stdout.split()] if done.returncode == 0 and done.stdout else [float("inf")] * 2


def preloaded(name, source):
    """A library for LD_PRELOAD."""
    with open(name + ".c", "w", encoding="ascii") as f:
        f.write(source)
    subprocess.run([os.environ.get("CC", "cc"), "-O1", "-shared", "-fPIC", "-o", name + ".so", name + ".c"], check=True)
    return os.path.abspath(name + ".so")
