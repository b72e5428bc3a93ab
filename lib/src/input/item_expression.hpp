/// What {= EXPR =} and the tags of --rpl and --plus turn an item into.
///
/// EXPR is a few statements spelled like Perl, each of which changes the text: s/// and tr///,
/// chop, `$_ = E`, skip() and uq(); with `A if B`, `if (A) { B } else { C }`, and or not && || !
/// between what is compared or matched. They are compiled once; patterns are RE2's, so the time for
/// an item grows only with its length. It is pure: an item is data, and nothing in it is evaluated.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/error.hpp>

#include "input/job_facts.hpp"
#include "input/perl_number.hpp"

namespace weir {

struct last_match;

/// Perl would die of this item.
class expression_error : public usage_error {
 public:
  using usage_error::usage_error;
};

class item_expression {
 public:
  /// \param parameters what $$1, $$2, ... stand for.
  /// \param facts that the expression may ask for; null: unknown.
  /// \throws usage_error for anything that is not understood.
  explicit item_expression(std::string_view text, std::span<const std::string> parameters = {},
                           std::shared_ptr<job_facts> facts = nullptr);

  /// \param seq number of the job.
  /// \throws expression_error if there is no value for the item: job and item are at fault.
  std::string apply(std::string_view item, std::uint64_t seq) const;

  /// uq(): the text is code where a shell reads it.
  bool unquotes() const noexcept { return unquotes_; }

  /// Changes the text.
  /// \returns whether the statement is true in Perl's sense: a substitution is if it found
  /// something.
  using statement = std::function<bool(perl_value& value, std::uint64_t seq)>;

 private:
  std::string text_;  ///< as written
  std::vector<statement> statements_;
  std::shared_ptr<last_match> match_;
  bool unquotes_ = false;
};

}  // namespace weir
