#include "input/inlined_script.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "input/shell_script.hpp"
#include "input/shell_syntax.hpp"
#include "text/utf8.hpp"

namespace weir {

namespace {

/// Nobody reads more than this, and a single argument cannot exceed 128 KiB.
constexpr std::size_t longest_script = std::size_t{32} << 10;

/// Bytes beyond ASCII may be blanks to a shell, depending on its locale.
bool is_plain_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80 && is_plain_byte(c);
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_plain_ascii);
}

/// Whether it is literal within double quotes, even at a prompt, and readable.
bool is_quotable(std::string_view value) {
  const auto doubtful = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f ||
           std::string_view("\"\\$`!'").find(c) != std::string_view::npos;
  };
  utf8_checker encoding;
  encoding.take(value);
  return std::none_of(value.begin(), value.end(), doubtful) && encoding.is_utf8();
}

bool begins_with_any_of(std::string_view text, std::string_view bytes) {
  return !text.empty() && bytes.find(text.front()) != std::string_view::npos;
}

/// The bytes at its end that belong to the same unquoted word.
std::string_view word_before(std::string_view literal) {
  const auto end = std::find_if(literal.rbegin(), literal.rend(), ends_word);
  return literal.substr(static_cast<std::size_t>(literal.rend() - end));
}

std::string_view word_after(std::string_view literal) {
  const auto end = std::find_if(literal.begin(), literal.end(), ends_word);
  return literal.substr(0, static_cast<std::size_t>(end - literal.begin()));
}

/// `x=` and `--out=`; but to zsh a leading `=` means the path of a program.
bool is_plain_beginning(std::string_view word) {
  return !word.starts_with('=') && std::all_of(word.begin(), word.end(), [](char c) {
    return c == '=' || is_plain_ascii(c);
  });
}

bool is_assigned(std::string_view word) {
  const auto name = word.substr(0, word.find('='));
  return name.size() < word.size() && !name.empty() && !is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), is_name_byte);
}

/// Whether something since the last quote or blank may swallow a value that follows, as `$x` does.
bool swallows_in_quotes(std::string_view literal) {
  const auto at = literal.find_last_of("\" \t\n");
  const auto last = literal.substr(at + 1);  // npos + 1 is 0
  return last.find_first_of("$`\\") != std::string_view::npos;
}

bool swallows_in_arithmetic(std::string_view literal) {
  return literal.empty() || is_name_byte(literal.back()) ||
         std::string_view("${#'\"`\\").find(literal.back()) != std::string_view::npos;
}

/// Whether it could make an unquoted word mean something else, or see its own text.
bool is_doubtful(std::string_view script) {
  constexpr std::array<std::string_view, 3> doubtful{"alias", "BASH_", "ZSH_"};
  return std::any_of(doubtful.begin(), doubtful.end(), [&](std::string_view word) {
    return script.find(word) != std::string_view::npos;
  });
}

bool may_look_at_its_name(std::string_view script) {
  constexpr std::array<std::string_view, 7> looks{"$0", "${0",    "${#", "${!",
                                                  ". ", "source", "eval"};
  return std::any_of(looks.begin(), looks.end(), [&](std::string_view word) {
    return script.find(word) != std::string_view::npos;
  });
}

}  // namespace

inlined_script::inlined_script(std::shared_ptr<const script_shape> shape, std::string_view written,
                               std::size_t after)
    : shape_(std::move(shape)), after_(after), needs_name_(may_look_at_its_name(written)) {
  if (is_doubtful(written)) return;
  for (std::size_t part = 0; part < shape_->script.parts.size(); ++part) {
    forms_.push_back(form_of(part));
    if (forms_.back() != form::never) continue;
    forms_.clear();
    return;
  }
}

inlined_script::form inlined_script::form_of(std::size_t part) const {
  const auto& parts = shape_->script.parts;
  const script_part& at = parts[part];
  if (at.in_expansion) return form::never;
  const std::string_view after =
      part + 1 < parts.size() ? parts[part + 1].literal : shape_->script.tail;
  switch (at.place) {
    case quoting::none:
      return form_of_unquoted(at, after);
    case quoting::double_quotes:
      return swallows_in_quotes(at.literal) ? form::never : form::in_quotes;
    case quoting::single_quotes:
      return form::single_quotes;
    case quoting::arithmetic:
      return swallows_in_arithmetic(at.literal) ? form::never : form::digits;
    case quoting::brace:
    case quoting::here_document:
      return form::never;
  }
  return form::never;
}

inlined_script::form inlined_script::form_of_unquoted(const script_part& part,
                                                      std::string_view after) const {
  const std::string_view rest = word_after(after);
  // `1{}>file` may name a descriptor, and `@{}(x)` be a pattern.
  if (begins_with_any_of(after.substr(rest.size()), "(<>")) return form::never;
  if (part.whole_word && part.role != word_role::other)
    return part.role == word_role::argument ? form::word : form::quoted;
  const std::string_view before = word_before(part.literal);
  const bool line_goes_on =
      before.empty() && part.literal.ends_with('\n') &&
      ends_with_open_backslash(std::string_view(part.literal).substr(0, part.literal.size() - 1));
  if (part.role == word_role::other || line_goes_on || !is_plain_beginning(before) ||
      !is_plain(rest))
    return form::never;
  const bool is_safe = part.role == word_role::argument || is_assigned(before) ||
                       before.find('/') != std::string_view::npos;
  return is_safe ? form::piece : form::never;
}

/// \returns false if the value must not stand there.
bool inlined_script::append(std::string& text, std::string_view value, form how) {
  const bool bare = !value.empty() && is_plain(value);
  switch (how) {
    case form::word:
      if (bare && !is_shells_own(value)) return text += value, true;
      [[fallthrough]];
    case form::quoted:
      text += '"';
      text += value;
      text += '"';
      return is_quotable(value) && !value.starts_with('%');
    case form::piece:
      text += value;
      return bare;
    case form::in_quotes:
    case form::single_quotes:
      text += value;
      return is_quotable(value);
    case form::digits:
      text += value;
      return !value.empty() && std::all_of(value.begin(), value.end(), is_digit);
    case form::never:
      return false;
  }
  return false;
}

std::vector<std::string> inlined_script::operator()(const argument_list& argv,
                                                    std::uint32_t script) const {
  std::vector<std::string> words = argv.to_vector();
  const std::size_t first = script + 2;
  if (forms_.empty() || words.size() < first + after_) return {};
  const std::span<const std::string> values(words.data() + first, words.size() - first - after_);
  const script_variables& variables = shape_->variables;
  const std::size_t items = variables.spread().empty() ? 1 : variables.items_for(values.size());
  std::string text;
  for (std::size_t i = 0; i < forms_.size(); ++i) {
    const script_part& part = shape_->script.parts[i];
    text += part.literal;
    const bool several = is_spread(part) && items != 1;
    const std::size_t number =
        several ? variables.first_number_of(i, items) : variables.number_of(i, is_spread(part));
    for (std::size_t item = 0; item < (several ? items : 1); ++item) {
      if (item > 0) text += ' ';
      if (!append(text, values[number - 1 + item], forms_[i])) return {};
    }
    if (text.size() > longest_script) return {};
  }
  words[script] = shell_script_argument(text + shape_->script.tail);
  const bool keeps_name = needs_name_ || after_ > 0;
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(keeps_name ? first : first - 1),
              words.end() - static_cast<std::ptrdiff_t>(after_));
  return words;
}

}  // namespace weir
