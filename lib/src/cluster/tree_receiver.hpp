/// Takes the files of an attempt from the other side, and remembers what went wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/error.hpp>
#include <weir/outcome.hpp>

#include "cluster/tree_writer.hpp"

namespace weir {

/// How an attempt ends whose files could not be sent or returned. \param step "send" or "return"
spawn_failed file_failure(const io_error& error, const char* step);

/// Each function returns false for what cannot follow what came before. After a failure everything
/// is taken, and nothing written.
class tree_receiver {
 public:
  /// \param step "send" or "return", for the failure.
  explicit tree_receiver(const char* step) : step_(step) {}

  bool enter(const tree_entry& entry);
  bool write(std::string_view bytes);
  bool leave();

  /// Whether the next entry is named by a path.
  bool is_at_top() const noexcept { return !fault_ && writer_.is_idle(); }
  /// Nothing is half there.
  bool is_complete() const noexcept { return fault_ || writer_.is_idle(); }
  const std::optional<spawn_failed>& fault() const noexcept { return fault_; }
  /// All came and was written: whoever sent it need not keep it.
  bool has_copies() const noexcept { return !fault_ && writer_.is_idle() && !writer_.found_same(); }
  const std::vector<std::string>& written() const noexcept { return writer_.written(); }

 private:
  template <typename Act>
  bool attempt_to(Act act);

  const char* step_;
  tree_writer writer_;
  std::optional<spawn_failed> fault_;
};

}  // namespace weir
