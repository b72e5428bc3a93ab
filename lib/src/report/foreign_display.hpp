/// The display of another weir on the same terminal, as under `make -j`: what this one writes first
/// erases it, and the other draws it again below.
#pragma once

#include "files/footer.hpp"

namespace weir {

class foreign_display final : public footer {
 public:
  /// The other's cursor rests where its display begins, which is where ours is then.
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
