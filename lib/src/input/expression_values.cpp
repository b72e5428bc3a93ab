#include "input/expression_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include <weir/argument_list.hpp>

#include "input/expression_format.hpp"
#include "input/letter_case.hpp"
#include "input/placeholder.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr unsigned deepest = 100;

/// A file's directory and name, as {//} and {/} give them.
std::string part(const std::string& text, item_part which) {
  return std::string(part_of(text, which));
}

using one_argument = std::string (*)(std::string);
struct function {
  std::string_view name;
  one_argument call;
};
constexpr function functions[]{
    {"lc", [](std::string t) { return in_lower_case(std::move(t)); }},
    {"uc", [](std::string t) { return in_upper_case(std::move(t)); }},
    {"lcfirst", [](std::string t) { return in_lower_case(std::move(t), 1); }},
    {"ucfirst", [](std::string t) { return in_upper_case(std::move(t), 1); }},
    {"length", [](std::string t) { return std::to_string(t.size()); }},
    {"int", [](std::string t) { return number_text(std::trunc(number_of(t))); }},
    {"abs", [](std::string t) { return number_text(std::fabs(number_of(t))); }},
    {"basename", [](std::string t) { return part(t, item_part::base); }},
    {"dirname", [](std::string t) { return part(t, item_part::directory); }},
    {"reverse", [](std::string t) { return std::string(t.rbegin(), t.rend()); }},
    {"Q", [](std::string t) { return shell_quote(t); }},
};

expression_value constant(std::string text) {
  return [text = std::move(text)](const expression_scope&) { return text; };
}

class value_reader {
 public:
  explicit value_reader(expression_reader& from) : from_(from) {}

  /// Operators between . and + bind alike; * / % bind tighter.
  expression_value sum() {
    expression_value left = product();
    for (;;) {
      if (from_.next_is(".=") || from_.next_is("+=") || from_.next_is("-=")) break;
      if (from_.accept("."))
        left = [a = std::move(left), b = product()](const auto& s) { return a(s) + b(s); };
      else if (from_.accept("+"))
        left = arithmetic(std::move(left), product(), [](double a, double b) { return a + b; });
      else if (from_.accept("-"))
        left = arithmetic(std::move(left), product(), [](double a, double b) { return a - b; });
      else
        break;
    }
    return left;
  }

 private:
  template <typename Operation>
  static expression_value arithmetic(expression_value a, expression_value b, Operation what) {
    return [a = std::move(a), b = std::move(b), what](const expression_scope& s) {
      return number_text(what(number_of(a(s)), number_of(b(s))));
    };
  }

  expression_value product() {
    expression_value left = primary();
    for (;;) {
      if (from_.accept("*"))
        left = arithmetic(std::move(left), primary(), [](double a, double b) { return a * b; });
      else if (from_.accept("/"))
        left = arithmetic(std::move(left), primary(),
                          [](double a, double b) { return b == 0 ? 0 : a / b; });
      else if (from_.accept("%"))
        left = arithmetic(std::move(left), primary(), remainder_of);
      else
        return left;
    }
  }

  expression_value primary() {
    if (++depth_ > deepest) from_.refuse();
    expression_value value = unguarded();
    --depth_;
    return value;
  }

  expression_value unguarded() {
    if (from_.accept("(")) {
      expression_value inner = sum();
      from_.expect(")");
      return inner;
    }
    if (from_.accept("-"))
      return arithmetic(constant("0"), primary(), [](double a, double b) { return a - b; });
    if (from_.accept("\"")) return interpolated(from_.delimited('"'));
    if (from_.accept("'")) return constant(from_.delimited('\''));
    if (from_.accept("$$")) return constant(from_.parameter());
    if (from_.accept_word("$_"))
      return [](const expression_scope& s) { return std::string(s.item); };
    if (from_.accept("$job->")) return number_of_job();
    if (from_.accept("$arg[")) return item_of_job();
    if (from_.accept("$")) return group();
    if (from_.next() >= '0' && from_.next() <= '9') return number();
    return call();
  }

  expression_value number_of_job() {
    if (from_.accept_word("slot"))
      from_.refuse("the slot is known only when the job starts: write {%}");
    if (!from_.accept_word("seq")) from_.refuse();
    from_.expect("(");
    from_.expect(")");
    return [](const expression_scope& s) { return std::to_string(s.seq); };
  }

  /// $arg[N]
  expression_value item_of_job() {
    const auto number = number_of(from_.digits());
    from_.expect("]");
    if (number < 1) from_.refuse("$arg[N]: expected the number of an item, from 1");
    const auto at = static_cast<std::size_t>(number) - 1;
    return [facts = from_.facts("$arg[]"), at](const expression_scope&) {
      return at < facts->items.size() ? std::string(facts->items[at]) : std::string();
    };
  }

  expression_value total() {
    from_.expect_call();
    const auto& facts = from_.facts("total_jobs()");
    facts->wants_total = true;
    return [facts](const expression_scope&) { return std::to_string(facts->total); };
  }

  /// With as many digits as the last job's number.
  expression_value padded() {
    const auto& facts = from_.facts("total_jobs()");
    facts->wants_total = true;
    return [facts](const expression_scope& s) {
      const std::string number = std::to_string(s.seq);
      const std::size_t digits = std::to_string(facts->total).size();
      return std::string(digits - std::min(digits, number.size()), '0') + number;
    };
  }

  expression_value group() {
    const std::string_view digits = from_.digits();
    if (digits.size() != 1) from_.refuse();
    return interpolated("$" + std::string(digits));
  }

  expression_value number() {
    std::string text(from_.digits());
    if (from_.next() == '.') {
      text += from_.take();
      text += from_.digits();
    }
    return constant(number_text(number_of(text)));
  }

  expression_value call() {
    if (from_.accept_word("seq")) {
      from_.expect("(");
      from_.expect(")");
      return [](const expression_scope& s) { return std::to_string(s.seq); };
    }
    if (from_.accept_word("slot"))
      from_.refuse("the slot is known only when the job starts: write {%}");
    if (from_.accept_word("total_jobs")) return total();
    if (from_.accept(padded_seq)) return padded();
    for (const std::string_view name : {"skip", "rand", "hash"})
      if (from_.accept_word(name)) from_.refuse(std::string(name) + "() is not supported");
    if (from_.accept_word("sprintf")) return formatted();
    if (from_.accept_word("substr")) return substring_call();
    for (const function& each : functions)
      if (from_.accept_word(each.name))
        return [what = each.call, a = argument()](const auto& s) { return what(a(s)); };
    from_.refuse();
  }

  /// lc, lc $_, lc($_)
  expression_value argument() {
    if (from_.accept("(")) {
      expression_value inner = sum();
      from_.expect(")");
      return inner;
    }
    const bool none = from_.at_end() || from_.next() == ';' || from_.next() == ')';
    if (none) return [](const expression_scope& s) { return std::string(s.item); };
    return primary();
  }

  expression_value formatted() {
    const bool in_parentheses = from_.accept("(");
    const char quote = from_.accept("\"") ? '"' : '\'';
    if (quote == '\'') from_.expect("'");
    const std::string format = from_.delimited(quote);
    if (quote == '"' && format.find_first_of("$@\\") != std::string::npos)
      from_.refuse("sprintf: expected a format without variables");
    std::vector<expression_value> arguments;
    while (from_.accept(",")) arguments.push_back(sum());
    if (in_parentheses) from_.expect(")");
    return formatted_by(format, std::move(arguments));
  }

  expression_value substring_call() {
    from_.expect("(");
    expression_value text = sum();
    from_.expect(",");
    expression_value first = sum();
    expression_value count = from_.accept(",") ? sum() : expression_value();
    from_.expect(")");
    return [text = std::move(text), first = std::move(first),
            count = std::move(count)](const expression_scope& s) {
      const std::string whole = text(s);
      const auto [begin, size] =
          range_in(whole.size(), number_of(first(s)),
                   count ? std::optional(number_of(count(s))) : std::nullopt);
      return whole.substr(begin, size);
    };
  }

  expression_reader& from_;
  unsigned depth_ = 0;
};

}  // namespace

std::function<bool(const expression_scope&)> read_condition(expression_reader& from) {
  using text = const std::string&;
  using comparison = bool (*)(text, text);
  static constexpr std::pair<std::string_view, comparison> comparisons[]{
      {"==", [](text a, text b) { return number_of(a) == number_of(b); }},
      {"!=", [](text a, text b) { return number_of(a) != number_of(b); }},
      {"<=", [](text a, text b) { return number_of(a) <= number_of(b); }},
      {">=", [](text a, text b) { return number_of(a) >= number_of(b); }},
      {"<", [](text a, text b) { return number_of(a) < number_of(b); }},
      {">", [](text a, text b) { return number_of(a) > number_of(b); }},
      {"eq", [](text a, text b) { return a == b; }},
      {"ne", [](text a, text b) { return a != b; }},
      {"le", [](text a, text b) { return a <= b; }},
      {"ge", [](text a, text b) { return a >= b; }},
      {"lt", [](text a, text b) { return a < b; }},
      {"gt", [](text a, text b) { return a > b; }},
  };
  expression_value left = read_value(from);
  for (const auto& [sign, holds] : comparisons)
    if (from.accept(sign))
      return [a = std::move(left), b = read_value(from), holds = holds](const expression_scope& s) {
        return holds(a(s), b(s));
      };
  return [value = std::move(left)](const expression_scope& s) { return is_true(value(s)); };
}

expression_value read_value(expression_reader& from) {
  expression_value value = value_reader(from).sum();
  if (!from.accept("?")) return value;
  expression_value yes = read_value(from);
  from.expect(":");
  return [value = std::move(value), yes = std::move(yes), no = read_value(from)](
             const expression_scope& s) { return is_true(value(s)) ? yes(s) : no(s); };
}

}  // namespace weir
