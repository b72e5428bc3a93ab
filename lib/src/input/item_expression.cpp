#include "input/item_expression.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include <weir/error.hpp>

#include "input/expression_reader.hpp"
#include "input/substitution.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

using statement = item_expression::statement;

/// `$_ = E`, `$_ .= E`, `$_ ||= E`
using assignment = perl_value (*)(const perl_value& old, const perl_value& value);
struct operation {
  std::string_view sign;
  assignment assign;
};

using value = const perl_value&;
constexpr operation operations[]{
    {"||=", [](value old, value other) { return old.is_true() ? old : other; }},
    {"//=", [](value old, value) { return old; }},
    {".=", [](value a, value b) { return perl_value(a.text() + b.text()); }},
    {"+=", [](value a, value b) { return perl_value(a.number() + b.number()); }},
    {"-=", [](value a, value b) { return perl_value(a.number() - b.number()); }},
    {"*=", [](value a, value b) { return perl_value(a.number() * b.number()); }},
    {"/=", [](value a, value b) { return perl_value(a.number() / b.number()); }},
    {"%=", [](value a, value b) { return perl_value(a.number() % b.number()); }},
    {"=", [](value, value other) { return other; }},
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

bool drop_last(perl_value& from, bool any) {
  std::string text = from.text();
  if (text.empty() || (!any && text.back() != '\n')) return false;
  text.pop_back();
  from = std::move(text);
  return true;
}

/// Behind $_, ++ and -- are true if it was before.
statement add(bool up, bool behind) {
  return [up, behind](perl_value& text, std::uint64_t) {
    const bool was_true = text.is_true();
    text = up ? text.incremented() : text.decremented();
    return behind ? was_true : text.is_true();
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
      return
          [what = std::move(what), condition = any(), wanted](perl_value& text, std::uint64_t seq) {
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
      what = [what = std::move(what), yes = std::move(yes), no = choice()](perl_value& text,
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
    return [a = std::move(a), b = std::move(b)](perl_value& text, std::uint64_t seq) {
      return a(text, seq) || b(text, seq);
    };
  }

  static statement both_true(statement a, statement b) {
    return [a = std::move(a), b = std::move(b)](perl_value& text, std::uint64_t seq) {
      return a(text, seq) && b(text, seq);
    };
  }

  static statement opposite(statement what) {
    return
        [what = std::move(what)](perl_value& text, std::uint64_t seq) { return !what(text, seq); };
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
      return [value = read_comparison(from_)](perl_value& text, std::uint64_t seq) {
        return value({text.text(), seq, {}, &text}).is_true();
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
    if (from_.accept("++$_")) return add(true, false);
    if (from_.accept("--$_")) return add(false, false);
    const expression_reader before = from_;
    if (from_.accept_word("substr"))
      if (auto changed = cut()) return changed;
    from_ = before;
    if (!from_.accept_word("$_")) return std::nullopt;
    if (from_.accept("++")) return add(true, true);
    if (from_.accept("--")) return add(false, true);
    if (from_.accept("=~"))
      if (auto changed = read_substitution(from_)) return changed;
    if (!from_.next_is("==") && !from_.next_is("=~"))
      for (const operation& each : operations)
        if (from_.accept(each.sign)) return assigned(each.assign);
    from_ = before;
    return std::nullopt;
  }

  statement assigned(assignment assign) {
    return [assign, value = read_value(from_)](perl_value& text, std::uint64_t seq) {
      text = assign(text, value({text.text(), seq, {}, &text}));
      return text.is_true();
    };
  }

  /// \returns true if the job is skipped.
  statement skip_unless(bool (*may_run)(item_span)) {
    return [facts = from_.facts("skip()"), may_run](perl_value&, std::uint64_t) {
      const bool skips = !may_run(facts->items);
      facts->skipped = facts->skipped || skips;
      return skips;
    };
  }

  /// Also without ().
  statement unquoted() {
    if (from_.next_is("(")) from_.expect_call();
    unquotes_ = true;
    return [](perl_value&, std::uint64_t) { return true; };
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
    statement otherwise = [](perl_value&, std::uint64_t) { return false; };
    if (from_.accept_word("elsif"))
      otherwise = branch(true);
    else if (from_.accept_word("else"))
      otherwise = block();
    --depth_;
    return [condition = std::move(condition), then = std::move(then),
            otherwise = std::move(otherwise), wanted](perl_value& text, std::uint64_t seq) {
      return condition(text, seq) == wanted ? then(text, seq) : otherwise(text, seq);
    };
  }

  statement block() {
    from_.expect("{");
    std::vector<statement> body = all();
    from_.expect("}");
    return [body = std::move(body)](perl_value& text, std::uint64_t seq) {
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
    return [any](perl_value& text, std::uint64_t) { return drop_last(text, any); };
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
               perl_value& text, std::uint64_t seq) {
      const expression_scope scope{text.text(), seq, {}, &text};
      const auto piece = range_in(text.text().size(), first(scope),
                                  count ? std::optional(count(scope)) : std::nullopt);
      if (!piece) throw no_value("substr outside of the text");
      text = std::string(text.text()).replace(piece->begin, piece->size, with(scope).text());
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
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  text_ = text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
  expression_reader from(text, parameters, std::move(facts));
  statements_ = statement_reader(from, unquotes_).all();
  if (!from.at_end()) from.refuse();
  match_ = from.match();
}

std::string item_expression::apply(std::string_view item, std::uint64_t seq) const {
  perl_value value{std::string(item)};
  match_->groups.clear();
  try {
    for (const statement& each : statements_) each(value, seq);
  } catch (const no_value& error) {
    throw expression_error("{= " + escape_and_clip(text_, 60) + " =} of \"" +
                           escape_and_clip(item, 60) + "\": " + error.what());
  }
  return value.text();
}

}  // namespace weir
