/* Writes MEGABYTES of lines, as fast as a pipe takes them:  gen MEGABYTES [JOB] */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
  enum { block = 1 << 16, line = 64 };
  static char bytes[block];
  memset(bytes, 'a', sizeof bytes);
  for (int i = line - 1; i < block; i += line) bytes[i] = '\n';
  long left = argc > 1 ? atol(argv[1]) << 20 : 0;
  while (left > 0) {
    const ssize_t count = write(1, bytes, left < block ? (size_t)left : block);
    if (count <= 0) return 1;
    left -= count;
  }
  return 0;
}
