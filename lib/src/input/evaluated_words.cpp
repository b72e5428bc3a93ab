#include "input/evaluated_words.hpp"

#include <algorithm>
#include <array>

#include "input/nested_scripts.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

namespace {

using words = std::span<const command_word>;

/// In one shell or another, all their arguments are numbers.
constexpr std::array<std::string_view, 9> take_numbers{
    "let", "exit", "return", "shift", "break", "continue", "logout", "bye", "repeat"};
constexpr std::array<std::string_view, 5> take_names{"read", "unset", "getopts", "mapfile",
                                                     "readarray"};
constexpr std::array<std::string_view, 9> declare_names{
    "declare", "typeset", "local", "export", "readonly", "integer", "float", "nameref", "vared"};
constexpr std::array<std::string_view, 6> comparisons{"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
constexpr std::array<std::string_view, 8> prefixes{"builtin", "command",   "coproc", "exec",
                                                   "noglob",  "nocorrect", "-",      "{"};
constexpr std::array<std::string_view, 4> closing_words{"done", "fi", "esac", "}"};

std::string_view assigned_name(std::string_view word) {
  std::size_t at = 0;
  while (at < word.size() && is_name_byte(word[at])) ++at;
  const auto after = word.substr(at);
  return after.starts_with('=') || after.starts_with("+=") ? word.substr(0, at)
                                                           : std::string_view();
}

/// Skips what may come before the name of a command.
words without_prefixes(words command) {
  if (!command.empty() && command.front().text == "function") {
    const auto body = std::find_if(command.begin(), command.end(),
                                   [](const command_word& word) { return word.text == "{"; });
    command = command.subspan(static_cast<std::size_t>(body - command.begin()));
  }
  while (!command.empty()) {
    const std::string_view word = command.front().text;
    const bool option = word.size() > 1 && word.front() == '-';  // of exec, command or time
    if (!option && !is_one_of(word, prefixes) && assigned_name(word).empty()) break;
    const bool has_value =
        option && std::string_view("afo").find(word.back()) != std::string_view::npos;
    command = command.subspan(std::min<std::size_t>(has_value ? 2 : 1, command.size()));
  }
  return command;
}

/// Whether an option of a builtin, before its first other word, has one of the letters.
bool has_flag(words command, std::string_view letters) {
  for (const auto& word : command.subspan(1)) {
    if (word.text.size() < 2 || (word.text[0] != '-' && word.text[0] != '+')) return false;
    if (word.text.find_first_of(letters) != std::string::npos) return true;
  }
  return false;
}

/// Length of the $(...) or `...` that `text` begins with, else 0.
std::size_t length_of_substitution(std::string_view text) {
  if (text.starts_with('`')) return std::min(text.find('`', 1), text.size() - 1) + 1;
  if (!text.starts_with("$(") || text.starts_with("$((")) return 0;
  std::size_t at = 2;
  for (unsigned open = 1; at < text.size() && open > 0; ++at) {
    if (text[at] == '(') ++open;
    if (text[at] == ')') --open;
  }
  return at;
}

/// Length of the ${#NAME} that `text` begins with, else 0: a length is a number, whatever the
/// value.
std::size_t length_of_length(std::string_view text) {
  if (!text.starts_with("${#")) return 0;
  std::size_t at = 3;
  while (at < text.size() && is_name_byte(text[at])) ++at;
  return at > 3 && text.substr(at).starts_with('}') ? at + 1 : 0;
}

/// "%d %s %*f" takes three arguments: a number, a text, two numbers.
std::vector<bool> numbers_in_format(std::string_view format) {
  std::vector<bool> numbers;
  for (auto at = format.find('%'); at != std::string_view::npos; at = format.find('%', at + 1)) {
    while (++at < format.size() &&
           std::string_view("-+ #0123456789.*hlLjzt'").find(format[at]) != std::string_view::npos)
      if (format[at] == '*') numbers.push_back(true);
    if (at < format.size() && format[at] != '%')
      numbers.push_back(std::string_view("diouxXeEfFgGaA").find(format[at]) !=
                        std::string_view::npos);
  }
  return numbers;
}

}  // namespace

void evaluated_words::add(words all, bool in_test) {
  if (all.empty()) return;
  if (in_test || all.front().text == "[[") return add_test(all);
  add_assignments(all);
  const words command = without_prefixes(all);
  if (command.empty()) return;
  add_scripts(command);
  const std::string_view name = command.front().text;
  if (is_one_of(name, take_numbers)) {
    add_all(command.subspan(1), evaluation::number);
  } else if (is_one_of(name, take_names)) {
    add_all(command.subspan(1), evaluation::name);
  } else if (is_one_of(name, declare_names)) {
    add_declaration(command);
  } else if (name == "[" || name == "test") {
    add_test(command);
  } else if (name == "printf" || name == "print") {
    add_printf(command);
  } else if (name == "for" || name == "select" || name == "foreach") {
    add_loop(command);
  } else if (name == "set") {
    add_arrays(command);
  } else if (name == "wait") {
    add_after(command, "-p", evaluation::name);
  }
}

std::optional<std::size_t> evaluated_words::add_reader(words all) {
  return readers_.add(without_prefixes(all));
}

void evaluated_words::add_scripts(words command) {
  const auto scripts = scripts_among(command);
  for (const std::size_t script : scripts) {
    for (const auto& place : command[script].placeholders) in_scripts_.push_back(place.part);
    const auto variable = only_variable(command[script]);
    if (scripts.size() == 1 && !variable.empty())
      run_.emplace(variable);
    else
      add_pasted(command[script].raw, false);
  }
}

void evaluated_words::add_pasted(std::string_view text, bool quoted) {
  for (const std::string_view name : expanded_variables(text, quoted)) pasted_.emplace(name);
}

bool evaluated_words::awaits_command(words all) {
  return without_prefixes(all).empty();
}

std::string_view evaluated_words::closing_word(words all) {
  if (all.empty()) return {};
  const bool test = all.front().raw == "[[" && all.back().raw == "]]";
  return test || is_one_of(all.front().raw, closing_words) ? all.back().raw : std::string_view();
}

bool evaluated_words::is_fed_to_shell(words all) {
  return reads_script(without_prefixes(all));
}

void evaluated_words::add_all(words command, evaluation as) {
  for (const auto& word : command) {
    add_word(word, as);
    if (as == evaluation::number) add_expression(word.text);
  }
}

void evaluated_words::add_word(const command_word& word, evaluation as) {
  for (const auto& place : word.placeholders) {
    const bool in_index = place.before.find('[') != std::string_view::npos;
    found_.push_back({place.part, in_index ? evaluation::number : as});
  }
  if (as == evaluation::name) add_naming(word);
}

/// Adds `$k` and `m[$k]` as names.
void evaluated_words::add_naming(const command_word& word) {
  const auto index = word.raw.find('[');
  for (const auto name : expanded_variables(word.raw.substr(0, index), false))
    naming_.emplace(name, evaluation::name);
  if (index == std::string_view::npos) return;
  for (const auto name : expanded_variables(word.raw.substr(index), true)) numbers_.emplace(name);
}

void evaluated_words::add_assignments(words command) {
  for (const auto& word : command) {
    if (assigned_name(word.text).empty()) return;
    add_assignment(word, false);
  }
}

void evaluated_words::add_assignment(const command_word& word, bool integer) {
  const std::string name(assigned_name(word.text));
  if (integer) numbers_.insert(name.empty() ? word.text : name);
  for (const auto& place : word.placeholders)
    if (place.before.find('=') != std::string_view::npos)
      assigned_.push_back(
          {name, place.part,
           place.before == name + '=' && name.size() + 1 + place.length == word.text.size()});
}

void evaluated_words::add_declaration(words command) {
  const std::string_view name = command.front().text;
  const bool integer = name == "integer" || name == "float" || has_flag(command, "iEF");
  const bool reference = name == "nameref" || has_flag(command, "n");
  const bool array = has_flag(command, "aA");
  for (const auto& word : command.subspan(1)) {
    add_assignment(word, integer);
    if (array) add_array(assigned_name(word.text).empty() ? word.text : assigned_name(word.text));
    add_declared_value(word);
    const auto equals = word.text.find('=');
    for (const auto variable :
         expanded_variables(std::string_view(word.text).substr(0, equals), true))
      naming_.emplace(variable,
                      equals == std::string::npos ? evaluation::assignment : evaluation::name);
    for (const auto& place : word.placeholders) {
      const bool value = place.before.find('=') != std::string_view::npos;
      if (place.before.find('[') != std::string_view::npos && !value)
        found_.push_back({place.part, evaluation::number});
      else if (!value)
        found_.push_back(
            {place.part, integer || reference ? evaluation::name : evaluation::assignment});
      else if (reference)
        found_.push_back({place.part, evaluation::name});
    }
  }
}

/// bash parses an array's value in parentheses even if it was quoted.
void evaluated_words::add_declared_value(const command_word& word) {
  const std::string name(assigned_name(word.text));
  if (name.empty()) return;
  for (const auto& place : word.placeholders)
    if (place.before.find('=') != std::string_view::npos)
      declared_.push_back({name, place.part, false});
  for (const auto variable : expanded_variables(word.raw, false))
    declared_from_.emplace_back(name, variable);
}

/// Adds the word after each `option`.
void evaluated_words::add_after(words command, std::string_view option, evaluation as) {
  for (std::size_t i = 1; i < command.size(); ++i)
    if (command[i - 1].text == option) add_word(command[i], as);
}

/// zsh's and ksh's `set -A NAME`.
void evaluated_words::add_arrays(words command) {
  for (std::size_t i = 1; i + 1 < command.size(); ++i) {
    const std::string_view option = command[i].text;
    const bool flags = option.starts_with('-') || option.starts_with('+');
    if (flags && option.find('A') != std::string_view::npos)
      add_word(command[i + 1], evaluation::name);
  }
}

void evaluated_words::add_test(words test) {
  for (std::size_t i = 0; i < test.size(); ++i) {
    const bool compared = (i > 0 && is_one_of(test[i - 1].text, comparisons)) ||
                          (i + 1 < test.size() && is_one_of(test[i + 1].text, comparisons));
    if (compared) add_all(test.subspan(i, 1), evaluation::number);
  }
  add_after(test, "-t", evaluation::number);
  add_after(test, "-v", evaluation::name);
  add_after(test, "-R", evaluation::name);
}

void evaluated_words::add_printf(words command) {
  std::size_t at = 1;
  std::string_view format;
  std::string name;  // the last one counts
  for (; at < command.size() && command[at].text.starts_with('-'); ++at) {
    if (command[at].text == "--") {
      ++at;
      break;
    }
    if (command[at].text == "-v" && at + 1 < command.size()) {
      add_word(command[++at], evaluation::name);
      name = command[at].text;
    }
    if (command[at].text == "-f" && at + 1 < command.size()) format = command[++at].text;
  }
  if (!name.empty()) add_values(name, command.subspan(at));
  if (format.empty() && command.front().text == "printf" && at < command.size())
    format = command[at++].text;
  const auto numbers = numbers_in_format(format);
  for (std::size_t i = 0; !numbers.empty() && at < command.size(); ++at, ++i)
    if (numbers[i % numbers.size()]) add_all(command.subspan(at, 1), evaluation::number);
}

void evaluated_words::add_loop(words command) {
  if (command.size() >= 2) add_values(command[1].text, command.subspan(2));
}

/// Values assigned to a variable other than by an assignment.
void evaluated_words::add_values(const std::string& name, words values) {
  for (const auto& word : values)
    for (const auto& place : word.placeholders)
      assigned_.push_back({name, place.part, place.length == word.text.size()});
}

/// What a command substitution in it prints is evaluated, but not the command's arguments.
void evaluated_words::add_expression(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    at += length_of_substitution(text.substr(at));
    at += length_of_length(text.substr(at));
    const std::size_t begin = at;
    while (at < text.size() && is_name_byte(text[at])) ++at;
    if (at > begin && !is_digit(text[begin])) numbers_.emplace(text.substr(begin, at - begin));
    if (at == begin) ++at;
  }
}

void evaluated_words::mark(std::vector<script_part>& parts, bool numbers) const {
  if (numbers) mark_numbers(parts);
  const auto add = [&](std::size_t part) {
    if (parts[part].evaluated != evaluation::number) parts[part].evaluated = evaluation::script;
  };
  for (const std::size_t part : in_scripts_) add(part);
  const auto is_parsed = [&](std::string_view name) {
    return pasted_.contains(name) || run_.contains(name);
  };
  for (const auto& [name, part, whole] : assigned_)
    if (pasted_.contains(name) || (run_.contains(name) && !whole)) add(part);
  for (const std::size_t part : readers_.parts_read_into(is_parsed)) add(part);
  for (const shared& one : shared_)
    if (std::ranges::any_of(one.names, [&](const auto& name) {
          return pasted_.contains(name) || (run_.contains(name) && !one.whole);
        }))
      std::ranges::for_each(one.parts, add);
}

void evaluated_words::mark_arrays(std::vector<script_part>& parts) const {
  const auto add = [&](std::size_t part) {
    if (parts[part].evaluated != evaluation::number) parts[part].evaluated = evaluation::script;
  };
  std::set<std::string_view> sources;
  for (const auto& [array, variable] : declared_from_)
    if (arrays_.contains(array)) sources.insert(variable);
  for (const auto& [name, part, whole] : declared_)
    if (arrays_.contains(name)) add(part);
  for (const auto& [name, part, whole] : assigned_)
    if (sources.contains(name)) add(part);
}

void evaluated_words::mark_numbers(std::vector<script_part>& parts) const {
  constexpr std::array<std::string_view, 11> always_numbers{
      "BASHPID", "EPOCHSECONDS", "HISTCMD", "HISTSIZE", "LINENO", "OPTIND",
      "PPID",    "RANDOM",       "SECONDS", "SRANDOM",  "TMOUT"};
  const auto is_number = [&](std::string_view name) {
    return is_one_of(name, always_numbers) || numbers_.contains(name);
  };
  for (const auto& [name, part, whole] : assigned_)
    if (is_number(name)) parts[part].evaluated = evaluation::number;
  for (const std::size_t part : readers_.parts_read_into(is_number))
    parts[part].evaluated = evaluation::number;
  mark_arrays(parts);
  for (const auto& [part, as] : found_)
    if (parts[part].evaluated != evaluation::number) parts[part].evaluated = as;
  for (const auto& [name, part, whole] : assigned_)
    if (const auto named = naming_.find(name);
        named != naming_.end() && parts[part].evaluated != evaluation::number)
      parts[part].evaluated = named->second;
}

}  // namespace weir
