#include "enter_key.hpp"

#include <utility>
#include <variant>

#include <sys/ioctl.h>
#include <unistd.h>

#include "files/terminal.hpp"

namespace weir::cli {

enter_key::enter_key(poll_set& set, const options& o, hidden_echo* hidden,
                     std::function<void(key)> pressed)
    : set_(set),
      wanted_(uses_of_stdin(o) == 0 && o.quiet < 2 &&
              std::holds_alternative<no_input>(o.job.input) && is_terminal(STDIN_FILENO)),
      hidden_(wanted_ ? hidden : nullptr),
      pressed_(std::move(pressed)) {
  if (wanted_) borrow(STDIN_FILENO);
  look_again();
}

enter_key::~enter_key() {
  let_go();
}

void enter_key::look_again() {
  if (wanted_) start(set_);
  if (hidden_ != nullptr) hide_keys(STDIN_FILENO, *hidden_);
}

void enter_key::let_go() {
  stop();
  if (hidden_ != nullptr) show_keys(STDIN_FILENO, *hidden_);
}

void enter_key::ready(poll_set::readiness) {
  // In the background, reading would stop us (SIGTTIN).
  if (::tcgetpgrp(STDIN_FILENO) != ::getpgrp()) return stop();
  // A terminal gives one line at a time; one of a single letter is no command for the shell.
  int there = 0;
  char line[2] = {};
  wanted_ = ::ioctl(STDIN_FILENO, FIONREAD, &there) == 0 && (there == 1 || there == 2) &&
            ::read(STDIN_FILENO, line, static_cast<std::size_t>(there)) > 0 &&
            (line[0] == '\n' || line[1] == '\n');
  if (!wanted_) return stop();
  pressed_(line[0] == '\n' ? key::enter : line[0] == 'h' ? key::list : key::other);
}

}  // namespace weir::cli
