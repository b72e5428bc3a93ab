/// Pressing Enter at the terminal asks how the run is doing, and h before it for a list of keys,
/// unless items are typed there.
///
/// A line of more than one letter is meant for the shell, after weir has ended: it is left there,
/// and nothing more is looked at.
#pragma once

#include <functional>

#include "loop/poll_set.hpp"
#include "options.hpp"

namespace weir::cli {

class enter_key final : private poll_set::watch {
 public:
  /// What a line asks for; every letter asks for the list.
  enum class key { enter, letter };

  /// \param pressed is called from the loop.
  enter_key(poll_set& set, const options& o, std::function<void(key)> pressed);

  /// Weir may be in the foreground again.
  void look_again();

 private:
  void ready(poll_set::readiness) override;

  poll_set& set_;
  bool wanted_;
  std::function<void(key)> pressed_;
};

}  // namespace weir::cli
