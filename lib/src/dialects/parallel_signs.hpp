/// Which texts of a command are filled in, as GNU parallel's options say it: -I, --rpl, --er, ...
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dialects/option_table.hpp"
#include "input/placeholder_tags.hpp"

namespace weir {

struct parallel_signs {
  parallel_signs() { syntax.facts = std::make_shared<job_facts>(); }

  placeholder_syntax syntax;  ///< as weir takes it from the same options
  /// R in place of {.} and its like, which weir has no option for.
  std::vector<std::pair<std::string, std::string_view>> replaced;
};

/// \returns whether it is one that weir has no option for. \throws usage_error.
bool take_sign_option(parallel_signs& signs, const given_foreign_option& o);

/// With what was replaced as weir writes it.
std::string in_weirs_signs(const parallel_signs& signs, std::string text);

}  // namespace weir
