/* Runs a command and says what it took:  once RESULT COMMAND [ARG...]
 *
 * Writes "WALL CPU KILOBYTES STATUS" to the file RESULT: seconds by the clock, seconds of the processor
 * of all processes beneath it that were waited for, the largest resident size of one of them, and the
 * wait status. A program this small stands between, because the kernel counts to a process also the
 * memory of what it was before exec: that of the script that measures. */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

static double seconds(struct timeval t) {
  return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  signal(SIGPIPE, SIG_DFL);
  const double begin = now();
  const pid_t pid = vfork();
  if (pid == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  struct rusage used;
  if (pid < 0 || wait4(pid, &status, 0, &used) != pid) return 1;
  const double wall = now() - begin;
  FILE* result = fopen(argv[1], "w");
  if (result == NULL) return 1;
  fprintf(result, "%.9f %.6f %ld %d\n", wall, seconds(used.ru_utime) + seconds(used.ru_stime),
          used.ru_maxrss, status);
  return fclose(result) == 0 ? 0 : 1;
}
