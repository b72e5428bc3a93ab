/// Reads the text of {= EXPR =} piece by piece.
///
/// EXPR is spelled like Perl, but is not Perl: only a few statements that change one text are
/// understood (item_expression). Anything else is refused before anything starts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "input/job_facts.hpp"
#include "input/perl_number.hpp"

namespace weir {

/// What an expression is evaluated with.
struct expression_scope {
  std::string_view item;  ///< $_
  std::uint64_t seq = 0;
  std::span<const std::string_view> groups{};  ///< $&, $1, ... within a substitution
  const perl_value* value = nullptr;           ///< $_; null: it is only a text

  perl_value whole_item() const { return value ? value->reference() : std::string(item); }
};

/// $&, $1, ... of the last match, for what comes after it.
struct last_match {
  bool wanted = false;
  std::vector<std::string> groups{};

  void set(std::span<const std::string_view> found) {
    if (wanted) groups.assign(found.begin(), found.end());
  }
};
using expression_value = std::function<perl_value(const expression_scope&)>;

class expression_reader {
 public:
  /// \param parameters what $$1, $$2, ... stand for: groups of a tag. Must outlive the reader.
  /// \param facts may be null.
  expression_reader(std::string_view text, std::span<const std::string> parameters,
                    std::shared_ptr<job_facts> facts)
      : text_(text),
        parameters_(parameters),
        facts_(std::move(facts)),
        match_(std::make_shared<last_match>()) {}

  void skip_blanks();
  bool at_end();
  /// Takes `what` if it comes next, skipping blanks before it.
  bool accept(std::string_view what);
  /// The same for a word: no further letter may follow it.
  bool accept_word(std::string_view word);
  void expect(std::string_view what);
  bool next_is(std::string_view what);
  /// A name, or nothing.
  std::string_view word();
  std::string_view digits();
  char next() { return at_ < text_.size() ? text_[at_] : '\0'; }
  char take() { return at_ < text_.size() ? text_[at_++] : '\0'; }

  /// Text up to the delimiter that closes `open`, which has been taken: / for /, } for {. A
  /// backslash before the delimiter is removed; $$1 is filled in.
  std::string delimited(char open);
  std::string with_parameters(std::string text) const;
  /// $$n, after its `$$` has been taken.
  std::string parameter();

  /// The facts that `what` asks for.
  /// \throws usage_error if there are none.
  const std::shared_ptr<job_facts>& facts(const std::string& what) const;
  /// The same, if there are any.
  const std::shared_ptr<job_facts>& facts() const noexcept { return facts_; }
  const std::shared_ptr<last_match>& match() const noexcept { return match_; }
  void expect_call();  ///< "()", which Perl lets one leave out

  /// \throws usage_error: the text at this point is not understood.
  [[noreturn]] void refuse() const;
  [[noreturn]] static void refuse(const std::string& why);

 private:
  std::string_view text_;
  std::span<const std::string> parameters_;
  std::shared_ptr<job_facts> facts_;
  std::shared_ptr<last_match> match_;
  std::size_t at_ = 0;
};

/// Perl texts of {choose_k} and {uniq}, which are recognised as a whole.
inline constexpr const char* every_rises =
    "for $t (2..$#arg){ if($arg[$t-1] ge $arg[$t]) { skip() } }";
inline constexpr const char* every_differs = "if(::uniq(@arg) != @arg) { skip(); }";
/// {0#}: seq() with as many digits as the last job's number.
inline constexpr const char* padded_seq = "::padded_seq()";

/// E == E, E lt E and the like, or E alone; E may be a match.
expression_value read_comparison(expression_reader& from);

/// E of `$_ = E`: texts, $_, numbers, + - * / % . and a few functions, what is compared, with
/// && || ! between, or E ? E : E.
/// \throws usage_error.
expression_value read_value(expression_reader& from);

/// The inside of "...": $_, $1, \n and case (\U \L \E \u \l).
expression_value interpolated(std::string_view text);

/// Where a piece of a text is, for substr: negative numbers count from the end.
struct piece_range {
  std::size_t begin = 0, size = 0;
};
/// \param count nullopt: everything that follows.
/// \returns nullopt: it is outside of the text.
std::optional<piece_range> range_in(std::size_t size, const perl_value& from,
                                    const std::optional<perl_value>& count);

}  // namespace weir
