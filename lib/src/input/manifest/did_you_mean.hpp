/// The end of a message about an unknown name.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "text/escape.hpp"
#include "text/near_name.hpp"

namespace weir::doc {

/// `, did you mean "x"?`, or nothing if no known name is similar.
template <class Names>
std::string did_you_mean(std::string_view name, const Names& known) {
  const auto nearest = near_name(name, known);
  return nearest ? fmt::format(", did you mean \"{}\"?", escape(*nearest)) : "";
}

}  // namespace weir::doc
