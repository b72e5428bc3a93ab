/// User-defined placeholders: --rpl 'TAG EXPR', -I R, and those of --plus.
///
/// A tag is a text that may contain groups of a regular expression: '{%(.+?)} s/$$1$//'. A tag in
/// braces also takes a number or the name of a column after the opening brace: {2%.gz}.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input/job_facts.hpp"

namespace re2 {
class RE2;
}

namespace weir {

struct tag_definition {
  std::string tag;
  std::string expression;  ///< in the syntax of item_expression; empty: the item as it is
};

/// Placeholders besides those that always exist.
struct placeholder_syntax {
  std::vector<tag_definition> tags;  ///< the first one that fits is used
  bool plus = false;                 ///< those of GNU parallel's --plus
  bool braces = true;                ///< {} and {N} themselves; not with -I
  std::string open = "{=", close = "=}";
  bool names_to_come = false;          ///< of columns: a word that begins an expression may be one
  std::shared_ptr<job_facts> facts{};  ///< null: expressions know only their item
};

/// -I's value: R replaces {}, which becomes ordinary text; empty: it was not given.
void take_sign(placeholder_syntax& syntax, const std::string& sign);

/// --parens' value; empty: it was not given.
/// \throws usage_error for an odd number of characters.
void take_parens(placeholder_syntax& syntax, const std::string& parens);

/// --rpl's value.
/// \throws usage_error without a tag, or for a group that is not an RE2 expression.
tag_definition parse_tag(std::string_view text);

std::span<const tag_definition> plus_tags();

class placeholder_tag {
 public:
  /// \param names of the columns.
  placeholder_tag(tag_definition definition, std::span<const std::string> names);

  struct match {
    std::size_t length = 0;
    std::string_view position;            ///< {2..}: 2; empty without one
    std::vector<std::string> parameters;  ///< captured by the groups
  };
  /// The match at the beginning of `text`.
  std::optional<match> at(std::string_view text) const;
  const std::string& expression() const noexcept { return definition_.expression; }

 private:
  tag_definition definition_;
  bool takes_position_;
  std::shared_ptr<const re2::RE2> pattern_;
};

}  // namespace weir
