#include "last_words.hpp"

#include <poll.h>
#include <unistd.h>

namespace weir::cli {

void say_last(std::string line) {
  // The engine may have died in the middle of a line, or of its progress display.
  if (::isatty(STDERR_FILENO) != 0) line.insert(0, "\r\n");
  write_if_possible(line + '\n');
}

void write_if_possible(std::string_view bytes) {
  pollfd room{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&room, 1, 0) <= 0) return;
  static_cast<void>(::write(STDERR_FILENO, bytes.data(), bytes.size()) < 0);
}

}  // namespace weir::cli
