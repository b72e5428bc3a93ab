/* Writes lines evenly, each with a write(2) of its own:  lines RATE SECONDS */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char** argv) {
  enum { a_second = 1000 }; /* batches */
  static const char line[] = "some line of what a compiler says about a file\n";
  const long rate = argc > 1 ? atol(argv[1]) : 10000;
  const long seconds = argc > 2 ? atol(argv[2]) : 1;
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  for (long batch = 0; batch < seconds * a_second; ++batch) {
    for (long i = 0; i < rate / a_second; ++i)
      if (write(1, line, sizeof line - 1) < 0) return 1;
    at.tv_nsec += 1000000000 / a_second;
    if (at.tv_nsec >= 1000000000) {
      at.tv_nsec -= 1000000000;
      ++at.tv_sec;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
  }
  return 0;
}
