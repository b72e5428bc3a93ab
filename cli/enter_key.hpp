/// Pressing Enter at the terminal asks how the run is doing, and h before it for a list of keys,
/// unless items are typed there.
///
/// Where progress is drawn, what is typed is not shown, as it would be in the middle of that; a
/// shell shows what is left for it. A line of more than one letter is meant for the shell, after
/// weir has ended: it is left there, and nothing more is looked at.
#pragma once

#include <functional>

#include "files/terminal_echo.hpp"
#include "loop/poll_set.hpp"
#include "options.hpp"

namespace weir::cli {

class enter_key final : private poll_set::watch {
 public:
  /// What a line asks for; `other` is a letter that asks for nothing.
  enum class key { enter, list, other };

  /// \param hidden where it is noted that keys are not shown; null: they are.
  /// \param pressed is called from the loop.
  enter_key(poll_set& set, const options& o, hidden_echo* hidden, std::function<void(key)> pressed);
  ~enter_key() override;

  /// Weir may be in the foreground again, and a shell may have changed the terminal meanwhile.
  void look_again();
  /// Whether there was nothing to look for again when it last did so.
  bool has_terminal() const noexcept {
    return is_started() && (hidden_ == nullptr || *hidden_ != 0);
  }
  /// Somebody else gets the terminal: a shell, or a job.
  void let_go();

 private:
  void ready(poll_set::readiness) override;

  poll_set& set_;
  bool wanted_;
  hidden_echo* hidden_;
  std::function<void(key)> pressed_;
};

}  // namespace weir::cli
