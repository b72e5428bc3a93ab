/* The bare loop that captures nothing: vfork, exec, wait, at most LIMIT at once.
 * What a careful runner of the usual kind could reach at best.
 *
 *   bare_wait LIMIT COUNT PROGRAM [ARG...]
 *
 * A job is PROGRAM with ARGs and the number of the job. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

static void start(char** argv) {
  const pid_t pid = vfork();
  if (pid == 0) {
    execve(argv[0], argv, environ);
    _exit(127);
  }
  if (pid < 0) {
    perror("vfork");
    exit(1);
  }
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const long limit = atol(argv[1]);
  const long count = atol(argv[2]);
  const int words = argc - 3;
  char text[24];
  char** command = calloc((size_t)words + 2, sizeof *command);
  if (command == NULL) return 1;
  memcpy(command, argv + 3, (size_t)words * sizeof *command);
  command[words] = text;
  long running = 0;
  for (long number = 1; number <= count; ++number) {
    int status;
    if (running == limit) {
      if (wait(&status) < 0 || status != 0) return 1;
      --running;
    }
    snprintf(text, sizeof text, "%ld", number);
    start(command);
    ++running;
  }
  for (int status; wait(&status) > 0;)
    if (status != 0) return 1;
  return 0;
}
