/// Whether a script with an item refuses it, as its job would be told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/template.hpp"

namespace weir::test {

inline job_spec job_of(const std::string& script, const std::string& item,
                       const std::string& shell) {
  template_options options;
  options.shell = shell;
  const std::string_view view = item;
  return command_template(std::vector<std::string>{script}, options).expand(1, {&view, 1});
}

inline bool refuses(const std::string& script, const std::string& item,
                    const std::string& shell = "bash") {
  return !job_of(script, item, shell).refused.empty();
}

/// What bash executes where it evaluates a number.
inline const std::string code = "a[$(touch PWNED)0]";

}  // namespace weir::test
