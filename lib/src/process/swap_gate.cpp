#include "process/swap_gate.hpp"

#include <fstream>

namespace weir {

bool swap_gate::lets_start(const job_spec&, time_point now) {
  if (now < looks_again_) return !swaps_;
  const auto seen = look();
  // If the system does not provide the figures, nothing is delayed.
  swaps_ = seen && (!before_ || (seen->in > before_->in && seen->out > before_->out));
  before_ = seen;
  looks_again_ = now + looks_each;
  return !swaps_;
}

/// "pswpin 12", "pswpout 34": lines of proc/vmstat. nullopt unless it has both.
std::optional<swap_gate::pages> swap_gate::look() const {
  std::ifstream text(root_ + "/proc/vmstat");
  pages seen;
  int found = 0;
  std::uint64_t value = 0;
  for (std::string name; found < 2 && text >> name >> value;) {
    if (name != "pswpin" && name != "pswpout") continue;
    (name == "pswpin" ? seen.in : seen.out) = value;
    ++found;
  }
  if (found < 2) return std::nullopt;
  return seen;
}

}  // namespace weir
