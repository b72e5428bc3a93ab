/// Placeholders that somebody defines: --rpl 'TAG EXPR', -I R, and those of --plus.
///
/// A tag is a text, which may have groups of a regular expression: '{%(.+?)} s/$$1$//'. In braces
/// it takes a number or the name of a column behind the first: {2%.gz}.
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
  std::string expression;  ///< as item_expression takes it; empty: the item as it is
};

/// What is a placeholder beside those that are always there.
struct placeholder_syntax {
  std::vector<tag_definition> tags;  ///< the first that fits is meant
  bool plus = false;                 ///< those of GNU parallel's --plus
  bool braces = true;                ///< {} and {N} themselves; not with -I
  std::string open = "{=", close = "=}";
  std::shared_ptr<job_facts> facts{};  ///< null: expressions know their item alone
};

/// -I's value: R in place of {}, which is a text like others then; empty: it was not given.
void take_sign(placeholder_syntax& syntax, const std::string& sign);

/// --parens' value; empty: it was not given. \throws usage_error for an odd number of characters.
void take_parens(placeholder_syntax& syntax, const std::string& parens);

/// --rpl's value. \throws usage_error without a tag, or for a group that is no expression of RE2's.
tag_definition parse_tag(std::string_view text);

std::span<const tag_definition> plus_tags();

class placeholder_tag {
 public:
  /// \param names of the columns.
  placeholder_tag(tag_definition definition, std::span<const std::string> names);

  struct match {
    std::size_t length = 0;
    std::string_view position;            ///< {2..}: 2; empty without one
    std::vector<std::string> parameters;  ///< of the groups
  };
  /// Of what `text` begins with.
  std::optional<match> at(std::string_view text) const;
  const std::string& expression() const noexcept { return definition_.expression; }

 private:
  tag_definition definition_;
  bool takes_position_;
  std::shared_ptr<const re2::RE2> pattern_;
};

}  // namespace weir
