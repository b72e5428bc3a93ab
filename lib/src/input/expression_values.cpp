#include "input/expression_reader.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include <weir/argument_list.hpp>

#include "input/expression_format.hpp"
#include "input/letter_case.hpp"
#include "input/placeholder.hpp"
#include "input/substitution.hpp"
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

  /// A ? B : C
  expression_value whole() {
    if (++depth_ > deepest) from_.refuse();
    expression_value value = either();
    if (from_.accept("?")) {
      expression_value yes = whole();
      from_.expect(":");
      value = [value = std::move(value), yes = std::move(yes), no = whole()](
                  const expression_scope& s) { return value(s).is_true() ? yes(s) : no(s); };
    }
    --depth_;
    return value;
  }

  expression_value comparison() {
    using value = const perl_value&;
    using compare = bool (*)(value, value);
    static constexpr std::pair<std::string_view, compare> signs[]{
        {"==", [](value a, value b) { return a.number() == b.number(); }},
        {"!=", [](value a, value b) { return a.number() != b.number(); }},
        {"<=", [](value a, value b) { return a.number() <= b.number(); }},
        {">=", [](value a, value b) { return a.number() >= b.number(); }},
        {"<", [](value a, value b) { return a.number() < b.number(); }},
        {">", [](value a, value b) { return a.number() > b.number(); }},
    };
    static constexpr std::pair<std::string_view, compare> words[]{
        {"eq", [](value a, value b) { return a.text() == b.text(); }},
        {"ne", [](value a, value b) { return a.text() != b.text(); }},
        {"le", [](value a, value b) { return a.text() <= b.text(); }},
        {"ge", [](value a, value b) { return a.text() >= b.text(); }},
        {"lt", [](value a, value b) { return a.text() < b.text(); }},
        {"gt", [](value a, value b) { return a.text() > b.text(); }},
    };
    expression_value left = sum();
    const auto compared = [&](compare holds) -> expression_value {
      return [a = std::move(left), b = sum(), holds](const expression_scope& s) {
        return perl_value::truth(holds(a(s), b(s)));
      };
    };
    for (const auto& [sign, holds] : signs)
      if (from_.accept(sign)) return compared(holds);
    for (const auto& [word, holds] : words)
      if (from_.accept_word(word)) return compared(holds);
    return left;
  }

 private:
  /// A || B, of which the first that is true is the value.
  expression_value either() {
    expression_value left = both();
    while (!from_.next_is("||=") && from_.accept("||"))
      left = [a = std::move(left), b = both()](const expression_scope& s) {
        perl_value value = a(s);
        return value.is_true() ? value : b(s);
      };
    return left;
  }

  expression_value both() {
    expression_value left = comparison();
    while (from_.accept("&&"))
      left = [a = std::move(left), b = comparison()](const expression_scope& s) {
        perl_value value = a(s);
        return value.is_true() ? b(s) : value;
      };
    return left;
  }

  /// Operators between . and + bind alike; * / % bind tighter.
  expression_value sum() {
    expression_value left = product();
    for (;;) {
      if (from_.next_is(".=") || from_.next_is("+=") || from_.next_is("-=")) break;
      if (from_.next_is("++") || from_.next_is("--")) from_.refuse();
      if (from_.accept("."))
        left = [a = std::move(left), b = product()](const auto& s) {
          return a(s).text() + b(s).text();
        };
      else if (from_.accept("+"))
        left = arithmetic(std::move(left), product(), std::plus<>());
      else if (from_.accept("-"))
        left = arithmetic(std::move(left), product(), std::minus<>());
      else
        break;
    }
    return left;
  }

  template <typename Operation>
  static expression_value arithmetic(expression_value a, expression_value b, Operation what) {
    return [a = std::move(a), b = std::move(b), what](const expression_scope& s) {
      return what(a(s).number(), b(s).number());
    };
  }

  expression_value product() {
    expression_value left = matched();
    for (;;) {
      if (from_.accept("*"))
        left = arithmetic(std::move(left), matched(), std::multiplies<>());
      else if (from_.accept("/"))
        left = arithmetic(std::move(left), matched(), std::divides<>());
      else if (from_.accept("%"))
        left = arithmetic(std::move(left), matched(), std::modulus<>());
      else
        return left;
    }
  }

  /// A =~ /RE/
  expression_value matched() {
    expression_value left = primary();
    for (const bool wanted : {true, false}) {
      if (!from_.accept(wanted ? "=~" : "!~")) continue;
      const auto finds = read_match(from_);
      if (!finds) from_.refuse();
      return [a = std::move(left), finds, wanted](const expression_scope& s) {
        return perl_value::truth((*finds)(a(s).text()) == wanted);
      };
    }
    return left;
  }

  expression_value primary() {
    if (++depth_ > deepest) from_.refuse();
    expression_value value = unguarded();
    --depth_;
    return value;
  }

  expression_value unguarded() {
    if (from_.accept("(")) {
      expression_value inner = whole();
      from_.expect(")");
      return inner;
    }
    if (from_.accept("!"))
      return
          [a = primary()](const expression_scope& s) { return perl_value::truth(!a(s).is_true()); };
    if (from_.accept("-")) return negative();
    if (auto finds = read_match(from_))
      return [finds = std::move(*finds)](const expression_scope& s) {
        return perl_value::truth(finds(std::string(s.item)));
      };
    if (auto quoted = quoted_text()) return std::move(*quoted);
    if (from_.accept("$$")) return constant(from_.parameter());
    if (from_.accept_word("$_")) return item();
    const bool of_job = from_.accept("$job->");
    if (auto number = number_of_job()) return std::move(*number);
    if (of_job) from_.refuse();
    if (from_.accept("$arg[")) return item_of_job();
    if (from_.accept("$")) return group();
    if (from_.next() >= '0' && from_.next() <= '9') return number();
    return call();
  }

  expression_value negative() {
    const char c = from_.next();
    const expression_reader before = from_;
    if (from_.word().size() == 1 && std::string_view("defrswxzl").find(c) != std::string_view::npos)
      from_.refuse(std::string("-") + c + ": files are not looked at: test them in the command");
    from_ = before;
    return [a = primary()](const expression_scope& s) { return a(s).negative(); };
  }

  /// "...", '...', q(...), qq(...)
  std::optional<expression_value> quoted_text() {
    if (from_.accept("\"")) return with_groups(interpolated(from_.delimited('"')));
    if (from_.accept("'")) return constant(from_.delimited('\''));
    const expression_reader before = from_;
    for (const std::string_view name : {"q", "qq"}) {
      if (!from_.accept_word(name)) continue;
      if (opens_text(from_)) {
        const std::string text = from_.delimited(from_.take());
        return name == "q" ? constant(text) : with_groups(interpolated(text));
      }
      from_ = before;
    }
    return std::nullopt;
  }

  /// Behind a match, and not within a substitution, $1 is that of the match.
  expression_value with_groups(expression_value value) {
    from_.match()->wanted = true;
    return [match = from_.match(), value = std::move(value)](const expression_scope& s) {
      if (!s.groups.empty()) return value(s);
      const std::vector<std::string_view> groups(match->groups.begin(), match->groups.end());
      return value({s.item, s.seq, groups, s.value});
    };
  }

  std::optional<expression_value> number_of_job() {
    if (from_.accept_word("slot"))
      from_.refuse("the slot is known only when the job starts: write {%}");
    if (!from_.accept_word("seq")) return std::nullopt;
    from_.expect_call();
    return [](const expression_scope& s) { return std::to_string(s.seq); };
  }

  /// $arg[N]
  expression_value item_of_job() {
    const auto number = perl_number(from_.digits()).as_signed();
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
    if (digits.empty() && from_.accept("&")) return with_groups(interpolated("$&"));
    if (digits.size() != 1) from_.refuse();
    return with_groups(interpolated("$" + std::string(digits)));
  }

  expression_value number() {
    std::string text(from_.digits());
    if (text.size() > 1 && text.front() == '0') from_.refuse();  // octal
    if (from_.next() == '.') {
      text += from_.take();
      if (from_.next() == '.') from_.refuse();  // a list
      text += from_.digits();
    }
    return [number = perl_number(text)](const expression_scope&) { return number; };
  }

  expression_value call() {
    if (from_.accept_word("total_jobs")) return total();
    if (from_.accept(padded_seq)) return padded();
    if (from_.accept_word("skip")) return skipping();
    for (const std::string_view name : {"rand", "hash"})
      if (from_.accept_word(name)) from_.refuse(std::string(name) + "() is not supported");
    if (from_.accept_word("sprintf")) return formatted();
    if (from_.accept_word("substr")) return substring_call();
    for (const function& each : functions)
      if (from_.accept_word(each.name))
        return [what = each.call, a = argument()](const auto& s) { return what(a(s).text()); };
    if (from_.accept_word("int"))
      return [a = argument()](const auto& s) { return a(s).number().cut_off(); };
    if (from_.accept_word("abs"))
      return [a = argument()](const auto& s) { return a(s).number().absolute(); };
    from_.refuse();
  }

  /// It is true, and the job does not run.
  expression_value skipping() {
    from_.expect_call();
    return [facts = from_.facts("skip()")](const expression_scope&) {
      facts->skipped = true;
      return perl_value::truth(true);
    };
  }

  /// lc, lc $_, lc($_); lc $_ . "x" takes all of it.
  expression_value argument() {
    if (from_.accept("(")) {
      if (from_.accept(")")) return item();
      expression_value inner = whole();
      from_.expect(")");
      return inner;
    }
    return has_argument() ? sum() : item();
  }

  static expression_value item() {
    return [](const expression_scope& s) { return s.whole_item(); };
  }

  bool has_argument() const {
    expression_reader ahead = from_;
    if (ahead.at_end()) return false;
    constexpr std::string_view ends = ";)}?:,=<>&|";
    if (ends.find(ahead.next()) != std::string_view::npos || ahead.next_is("!=")) return false;
    constexpr std::array<std::string_view, 11> words{"eq", "ne", "le", "ge",  "lt",    "gt",
                                                     "x",  "or", "if", "and", "unless"};
    return std::ranges::find(words, ahead.word()) == words.end();
  }

  expression_value formatted() {
    const bool in_parentheses = from_.accept("(");
    const char quote = from_.accept("\"") ? '"' : '\'';
    if (quote == '\'') from_.expect("'");
    const std::string format = from_.delimited(quote);
    if (quote == '"' && format.find_first_of("$@\\") != std::string::npos)
      from_.refuse("sprintf: expected a format without variables");
    std::vector<expression_value> arguments;
    while (from_.accept(",")) arguments.push_back(whole());
    if (in_parentheses) from_.expect(")");
    return formatted_by(format, std::move(arguments));
  }

  expression_value substring_call() {
    from_.expect("(");
    expression_value text = whole();
    from_.expect(",");
    expression_value first = whole();
    expression_value count = from_.accept(",") ? whole() : expression_value();
    from_.expect(")");
    return [text = std::move(text), first = std::move(first),
            count = std::move(count)](const expression_scope& s) {
      const perl_value whole = text(s);
      const auto piece =
          range_in(whole.text().size(), first(s), count ? std::optional(count(s)) : std::nullopt);
      return piece ? whole.text().substr(piece->begin, piece->size) : std::string();
    };
  }

  expression_reader& from_;
  unsigned depth_ = 0;
};

}  // namespace

expression_value read_comparison(expression_reader& from) {
  return value_reader(from).comparison();
}

expression_value read_value(expression_reader& from) {
  return value_reader(from).whole();
}

}  // namespace weir
