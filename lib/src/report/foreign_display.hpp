/// The display of another weir on the same terminal, as under `make -j`: our output first erases
/// it, and the other weir redraws it below.
#pragma once

#include "files/footer.hpp"

namespace weir {

class foreign_display final : public footer {
 public:
  /// The other weir's cursor rests where its display begins, so ours is there, too.
  std::string lift() override { return at_line_start_ ? "\r\x1b[J" : ""; }
  std::string put_back(bool at_line_start, bool moved) override {
    at_line_start_ = at_line_start && !moved;
    return {};
  }
  void lost() override {}

 private:
  bool at_line_start_ = true;
};

}  // namespace weir
