/// What {= EXPR =} and the tags of --rpl and --plus make of an item.
///
/// EXPR is a few statements of Perl's spelling, each of which changes the text: s/// and tr///,
/// `$_ = E`, chop, `A || B`, and skip(), also after an if. They are compiled once; patterns are
/// RE2's, so that the time for an item grows with its length alone. It is pure: an item is data,
/// and nothing is evaluated that it holds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input/job_facts.hpp"

namespace weir {

class item_expression {
 public:
  /// \param parameters what $$1, $$2, ... stand for.
  /// \param facts that it may ask for; null: they are not known.
  /// \throws usage_error for what is not understood.
  explicit item_expression(std::string_view text, std::span<const std::string> parameters = {},
                           std::shared_ptr<job_facts> facts = nullptr);

  /// \param seq number of the job.
  std::string apply(std::string_view item, std::uint64_t seq) const;

  /// Changes the text. \returns whether the statement is true, as Perl has it: a substitution that
  /// found something is.
  using statement = std::function<bool(std::string& text, std::uint64_t seq)>;

 private:
  std::vector<statement> statements_;
};

}  // namespace weir
