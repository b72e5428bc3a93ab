/* The bare loop that captures nothing: vfork, exec, wait, at most LIMIT at once.
 * What a careful runner of the usual kind could reach at best.
 *
 *   bare_wait LIMIT COUNT PROGRAM */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

static void start(char* program, long number) {
  char text[24];
  snprintf(text, sizeof text, "%ld", number);
  char* argv[] = {program, text, NULL};
  const pid_t pid = vfork();
  if (pid == 0) {
    execve(program, argv, environ);
    _exit(127);
  }
  if (pid < 0) {
    perror("vfork");
    exit(1);
  }
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const long limit = atol(argv[1]);
  const long count = atol(argv[2]);
  long running = 0;
  for (long number = 1; number <= count; ++number) {
    int status;
    if (running == limit) {
      if (wait(&status) < 0 || status != 0) return 1;
      --running;
    }
    start(argv[3], number);
    ++running;
  }
  for (int status; wait(&status) > 0;)
    if (status != 0) return 1;
  return 0;
}
