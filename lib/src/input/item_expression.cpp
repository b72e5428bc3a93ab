#include "input/item_expression.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

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
  explicit statement_reader(expression_reader& from) : from_(from) {}

  /// A || B || C: the first true statement ends them.
  statement read() {
    statement first = one();
    if (!from_.accept("||") && !from_.accept_word("or")) return first;
    return [first = std::move(first), rest = read()](std::string& text, std::uint64_t seq) {
      return first(text, seq) || rest(text, seq);
    };
  }

 private:
  statement one() {
    if (from_.accept(every_rises)) return skip_unless(rises);
    if (from_.accept(every_differs)) return skip_unless(differs);
    if (from_.accept_word("if")) return conditional();
    if (from_.accept_word("skip")) {
      from_.expect_call();
      return skip_unless([](item_span) { return false; });
    }
    if (auto changed = read_substitution(from_)) return std::move(*changed);
    if (from_.accept_word("chop")) return dropped(true);
    if (from_.accept_word("chomp")) return dropped(false);
    if (from_.accept_word("substr")) return cut();
    if (from_.accept("++$_")) return add(1);
    if (from_.accept("--$_")) return add(-1);
    if (!from_.accept_word("$_")) from_.refuse();
    if (from_.accept("++")) return add(1);
    if (from_.accept("--")) return add(-1);
    for (const operation& each : operations)
      if (from_.accept(each.sign)) return assigned(each.assign);
    from_.refuse();
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

  /// if (E == E) { A; B }
  statement conditional() {
    from_.expect("(");
    auto condition = read_condition(from_);
    from_.expect(")");
    from_.expect("{");
    std::vector<statement> body;
    while (!from_.accept("}")) {
      if (from_.accept(";")) continue;
      body.push_back(read());
      if (!from_.next_is("}")) from_.expect(";");
    }
    return [condition = std::move(condition), body = std::move(body)](std::string& text,
                                                                      std::uint64_t seq) {
      if (!condition({text, seq})) return false;
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

  /// substr($_, A, N) = "text"
  statement cut() {
    from_.expect("(");
    if (!from_.accept_word("$_")) from_.refuse();
    from_.expect(",");
    expression_value first = read_value(from_);
    expression_value count = from_.accept(",") ? read_value(from_) : expression_value();
    from_.expect(")");
    from_.expect("=");
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
};

}  // namespace

item_expression::item_expression(std::string_view text, std::span<const std::string> parameters,
                                 std::shared_ptr<job_facts> facts) {
  expression_reader from(text, parameters, std::move(facts));
  while (!from.at_end()) {
    if (from.accept(";")) continue;
    const bool is_block = from.next_is("if") || from.next_is("for");
    statements_.push_back(statement_reader(from).read());
    if (!is_block && !from.at_end()) from.expect(";");
  }
}

std::string item_expression::apply(std::string_view item, std::uint64_t seq) const {
  std::string text(item);
  for (const statement& each : statements_) each(text, seq);
  return text;
}

}  // namespace weir
