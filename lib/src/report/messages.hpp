/// Messages that cannot wait for the summary, printed on stderr as things happen: warnings and
/// stopping.
///
/// It knows no descriptor: each line goes to a callback, which may have to take away a display
/// first.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "report/progress_state.hpp"

namespace weir {

class messages final : public observer {
 public:
  using printer = std::function<void(std::string_view line)>;

  /// \param print takes a line without its newline, safe for a terminal.
  /// \param at_terminal whether messages go to a terminal, and may mention its keys.
  messages(bool utf8, bool at_terminal, printer print,
           progress_state::clock now = std::chrono::steady_clock::now);

  void on(const event& e) override;

 private:
  void print_stop(const stop_changed& e);

  bool utf8_;
  bool at_terminal_;
  printer print_;
  progress_state::clock now_;
  bool told_of_stop_ = false;
};

}  // namespace weir
