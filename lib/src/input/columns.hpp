/// Splits a line into columns (--colsep).
///
/// The separator is a regular expression in RE2 syntax, over UTF-8 characters; a plain string such
/// as "," or "\t" is searched for directly. A search takes linear time and constant stack whatever
/// the line holds, which is why back-references and lookaround are refused.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// The plain string that a separator stands for: "\t" is a tab. nullopt for other expressions.
std::optional<std::string> fixed_separator(std::string_view separator);

class column_splitter {
 public:
  /// \throws usage_error naming --colsep if the expression is empty, invalid, or matches the empty
  /// string, as `|` does.
  explicit column_splitter(std::string_view separator);
  ~column_splitter();
  column_splitter(column_splitter&&) noexcept;
  column_splitter& operator=(column_splitter&&) noexcept;

  /// Appends the columns of `line`, including empty ones; an empty line has one. Views into `line`.
  void split(std::string_view line, std::vector<std::string_view>& columns) const;

 private:
  struct expression;
  void split_by_expression(std::string_view line, std::vector<std::string_view>& columns) const;

  std::string fixed_;  ///< empty if expression_ is set
  std::unique_ptr<const expression> expression_;
};

}  // namespace weir
