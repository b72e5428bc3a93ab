/// Errors about a file begin with the option that named it: code that opens files knows no options.
#pragma once

#include <string>
#include <string_view>

#include <weir/error.hpp>

namespace weir::cli {

/// Calls a function whose usage_error begins with a path.
/// \throws usage_error "OPTION: PATH ..."
template <class Function>
auto named_by(std::string_view option, Function function) {
  try {
    return function();
  } catch (const usage_error& error) {
    throw usage_error(std::string(option) + ": " + error.what());
  }
}

}  // namespace weir::cli
