/// Which texts of a command are filled in, according to GNU parallel's -I, --rpl, --er, ...
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dialects/option_table.hpp"
#include "dialects/parallel_machine.hpp"
#include "input/placeholder_tags.hpp"

namespace weir {

struct parallel_signs {
  parallel_signs() { syntax.facts = std::make_shared<job_facts>(); }

  placeholder_syntax syntax;  ///< as weir parses it from the same options
  /// R in place of {.} and the like, for which weir has no option.
  std::vector<std::pair<std::string, std::string_view>> replaced;
};

/// \returns whether it is such an option that weir lacks.
/// \throws usage_error.
bool take_sign_option(parallel_signs& signs, const given_foreign_option& o);

/// Those of --plus that say where a job runs: here, and in no host group.
/// \returns weir's options for them.
/// \throws usage_error if jobs run on several machines: a command is filled in before it has one.
std::vector<std::string> words_for_hosts(parallel_signs& signs, const parallel_machine& machine,
                                         const std::vector<std::string>& command);

/// Replaces the signs in `text` with weir's own.
std::string in_weirs_signs(const parallel_signs& signs, std::string text);

}  // namespace weir
