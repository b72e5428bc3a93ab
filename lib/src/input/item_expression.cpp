#include "input/item_expression.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include <weir/error.hpp>

#include "input/expression_reader.hpp"
#include "input/substitution.hpp"

namespace weir {

namespace {

using statement = item_expression::statement;

/// `$_ = E`, `$_ .= E`, `$_ ||= E`
using assignment = std::string (*)(std::string old, std::string value);
struct operation {
  std::string_view sign;
  assignment assign;
};

template <typename Operation>
std::string calculated(const std::string& a, const std::string& b, Operation what) {
  return number_text(what(number_of(a), number_of(b)));
}

constexpr operation operations[]{
    {"||=", [](std::string old, std::string value) { return is_true(old) ? old : value; }},
    {"//=", [](std::string old, std::string) { return old; }},
    {".=", [](std::string old, std::string value) { return old + value; }},
    {"+=", [](std::string a, std::string b) { return calculated(a, b, std::plus<>()); }},
    {"-=", [](std::string a, std::string b) { return calculated(a, b, std::minus<>()); }},
    {"*=", [](std::string a, std::string b) { return calculated(a, b, std::multiplies<>()); }},
    {"/=",
     [](std::string a, std::string b) {
       return calculated(a, b, [](double x, double y) { return y == 0 ? 0 : x / y; });
     }},
    {"%=", [](std::string a, std::string b) { return calculated(a, b, remainder_of); }},
    {"=", [](std::string, std::string value) { return value; }},
};

constexpr unsigned deepest_statement = 100;

using item_span = std::span<const std::string_view>;

bool rises(item_span items) {
  return std::ranges::adjacent_find(items, std::greater_equal<>()) == items.end();
}

bool differs(item_span items) {
  std::vector<std::string_view> sorted(items.begin(), items.end());
  std::ranges::sort(sorted);
  return std::ranges::adjacent_find(sorted) == sorted.end();
}

bool drop_last(std::string& text, bool any) {
  if (text.empty() || (!any && text.back() != '\n')) return false;
  text.pop_back();
  return true;
}

statement add(double step) {
  return [step](std::string& text, std::uint64_t) {
    text = number_text(number_of(text) + step);
    return is_true(text);
  };
}

class statement_reader {
 public:
  /// \param unquotes is set by uq().
  statement_reader(expression_reader& from, bool& unquotes) : from_(from), unquotes_(unquotes) {}

  /// Statements up to the end, or to the } of a block.
  std::vector<statement> all() {
    std::vector<statement> read;
    while (!from_.at_end() && !from_.next_is("}")) {
      if (from_.accept(";")) continue;
      if (auto block = conditional()) {
        read.push_back(std::move(*block));
        continue;
      }
      const bool is_loop = from_.next_is("for") || from_.next_is(every_differs);
      read.push_back(modified());
      if (!is_loop && !from_.at_end() && !from_.next_is("}")) from_.expect(";");
    }
    return read;
  }

 private:
  /// A; A if B; A unless B
  statement modified() {
    statement what = any();
    for (const bool wanted : {true, false}) {
      if (!from_.accept_word(wanted ? "if" : "unless")) continue;
      return [what = std::move(what), condition = any(), wanted](std::string& text,
                                                                 std::uint64_t seq) {
        return condition(text, seq) == wanted && what(text, seq);
      };
    }
    return what;
  }

  /// A or B, which binds weaker than `and`, and that weaker than `not`.
  statement any() {
    statement left = every();
    while (from_.accept_word("or")) left = first_true(std::move(left), every());
    return left;
  }

  statement every() {
    statement left = negated();
    while (from_.accept_word("and")) left = both_true(std::move(left), negated());
    return left;
  }

  statement negated() {
    if (!from_.accept_word("not")) return choice();
    enter();
    statement what = negated();
    --depth_;
    return opposite(std::move(what));
  }

  /// A ? B : C
  statement choice() {
    enter();
    statement what = either();
    if (from_.accept("?")) {
      statement yes = choice();
      from_.expect(":");
      what = [what = std::move(what), yes = std::move(yes), no = choice()](std::string& text,
                                                                           std::uint64_t seq) {
        return what(text, seq) ? yes(text, seq) : no(text, seq);
      };
    }
    --depth_;
    return what;
  }

  statement either() {
    statement left = both();
    while (from_.accept("||")) left = first_true(std::move(left), both());
    return left;
  }

  statement both() {
    statement left = one();
    while (from_.accept("&&")) left = both_true(std::move(left), one());
    return left;
  }

  static statement first_true(statement a, statement b) {
    return [a = std::move(a), b = std::move(b)](std::string& text, std::uint64_t seq) {
      return a(text, seq) || b(text, seq);
    };
  }

  static statement both_true(statement a, statement b) {
    return [a = std::move(a), b = std::move(b)](std::string& text, std::uint64_t seq) {
      return a(text, seq) && b(text, seq);
    };
  }

  static statement opposite(statement what) {
    return
        [what = std::move(what)](std::string& text, std::uint64_t seq) { return !what(text, seq); };
  }

  void enter() {
    if (++depth_ > deepest_statement) from_.refuse();
  }

  statement one() {
    if (from_.accept(every_rises)) return skip_unless(rises);
    if (from_.accept(every_differs)) return skip_unless(differs);
    if (auto changed = change()) return std::move(*changed);
    const expression_reader before = from_;
    if (from_.accept("!"))
      if (auto changed = read_substitution(from_)) return opposite(std::move(*changed));
    from_ = before;
    return group_or_value();
  }

  /// Parentheses may also hold what changes the text, which no value does.
  statement group_or_value() {
    const expression_reader before = from_;
    try {
      return [value = read_comparison(from_)](std::string& text, std::uint64_t seq) {
        return is_true(value({text, seq}));
      };
    } catch (const usage_error&) {
      from_ = before;
      if (!from_.accept("(")) throw;
    }
    statement inside = any();
    from_.expect(")");
    return inside;
  }

  std::optional<statement> change() {
    if (from_.accept_word("uq")) return unquoted();
    if (auto changed = read_substitution(from_)) return changed;
    if (from_.accept_word("chop")) return dropped(true);
    if (from_.accept_word("chomp")) return dropped(false);
    if (from_.accept("++$_")) return add(1);
    if (from_.accept("--$_")) return add(-1);
    const expression_reader before = from_;
    if (from_.accept_word("substr"))
      if (auto changed = cut()) return changed;
    from_ = before;
    if (!from_.accept_word("$_")) return std::nullopt;
    if (from_.accept("++")) return add(1);
    if (from_.accept("--")) return add(-1);
    if (from_.accept("=~"))
      if (auto changed = read_substitution(from_)) return changed;
    if (!from_.next_is("==") && !from_.next_is("=~"))
      for (const operation& each : operations)
        if (from_.accept(each.sign)) return assigned(each.assign);
    from_ = before;
    return std::nullopt;
  }

  statement assigned(assignment assign) {
    return [assign, value = read_value(from_)](std::string& text, std::uint64_t seq) {
      std::string next = value({text, seq});
      text = assign(std::move(text), std::move(next));
      return is_true(text);
    };
  }

  /// \returns true if the job is skipped.
  statement skip_unless(bool (*may_run)(item_span)) {
    return [facts = from_.facts("skip()"), may_run](std::string&, std::uint64_t) {
      const bool skips = !may_run(facts->items);
      facts->skipped = facts->skipped || skips;
      return skips;
    };
  }

  /// Also without ().
  statement unquoted() {
    if (from_.next_is("(")) from_.expect_call();
    unquotes_ = true;
    return [](std::string&, std::uint64_t) { return true; };
  }

  /// if (A) { B; C } elsif (D) { E } else { F }
  std::optional<statement> conditional() {
    if (from_.next_is(every_differs)) return std::nullopt;
    const bool wanted = from_.accept_word("if");
    if (!wanted && !from_.accept_word("unless")) return std::nullopt;
    return branch(wanted);
  }

  statement branch(bool wanted) {
    enter();
    from_.expect("(");
    statement condition = any();
    from_.expect(")");
    statement then = block();
    statement otherwise = [](std::string&, std::uint64_t) { return false; };
    if (from_.accept_word("elsif"))
      otherwise = branch(true);
    else if (from_.accept_word("else"))
      otherwise = block();
    --depth_;
    return [condition = std::move(condition), then = std::move(then),
            otherwise = std::move(otherwise), wanted](std::string& text, std::uint64_t seq) {
      return condition(text, seq) == wanted ? then(text, seq) : otherwise(text, seq);
    };
  }

  statement block() {
    from_.expect("{");
    std::vector<statement> body = all();
    from_.expect("}");
    return [body = std::move(body)](std::string& text, std::uint64_t seq) {
      for (const statement& each : body) each(text, seq);
      return true;
    };
  }

  /// chop removes any character, chomp only a newline.
  statement dropped(bool any) {
    if (from_.accept("(")) {
      if (!from_.accept_word("$_")) from_.refuse();
      from_.expect(")");
    } else {
      from_.accept_word("$_");
    }
    return [any](std::string& text, std::uint64_t) { return drop_last(text, any); };
  }

  /// substr($_, A, N) = "text"; nullopt: it is a value.
  std::optional<statement> cut() {
    from_.expect("(");
    if (!from_.accept_word("$_") || !from_.accept(",")) return std::nullopt;
    expression_value first = read_value(from_);
    expression_value count = from_.accept(",") ? read_value(from_) : expression_value();
    from_.expect(")");
    if (from_.next_is("==") || from_.next_is("=~") || !from_.accept("=")) return std::nullopt;
    expression_value with = read_value(from_);
    return [first = std::move(first), count = std::move(count), with = std::move(with)](
               std::string& text, std::uint64_t seq) {
      const expression_scope scope{text, seq};
      const auto [begin, size] =
          range_in(text.size(), number_of(first(scope)),
                   count ? std::optional(number_of(count(scope))) : std::nullopt);
      text.replace(begin, size, with(scope));
      return true;
    };
  }

  expression_reader& from_;
  unsigned depth_ = 0;
  bool& unquotes_;
};

}  // namespace

item_expression::item_expression(std::string_view text, std::span<const std::string> parameters,
                                 std::shared_ptr<job_facts> facts) {
  expression_reader from(text, parameters, std::move(facts));
  statements_ = statement_reader(from, unquotes_).all();
  if (!from.at_end()) from.refuse();
  match_ = from.match();
}

std::string item_expression::apply(std::string_view item, std::uint64_t seq) const {
  std::string text(item);
  match_->groups.clear();
  for (const statement& each : statements_) each(text, seq);
  return text;
}

}  // namespace weir
