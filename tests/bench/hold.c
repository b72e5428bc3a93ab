/* Says that it runs, and ends when it may:  hold SAY GATE
 *
 * Both are FIFOs: a byte is written to the first, and the second's opening is waited for. */
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const int say = open(argv[1], O_WRONLY);
  if (say < 0 || write(say, "x", 1) != 1) return 1;
  close(say);
  return open(argv[2], O_RDONLY) < 0;
}
