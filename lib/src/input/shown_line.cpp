#include "input/shown_line.hpp"

#include <algorithm>
#include <utility>

#include "input/item_sign.hpp"
#include "input/script_text.hpp"
#include "input/shell_program.hpp"

namespace weir {

namespace {

constexpr char slot_sign = '\0';

bool needs_no_quotes(char c) {
  constexpr std::string_view others = "-_.+/";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

/// Each item is an argument of its own.
bool is_each_item(const script_part& part) {
  return part.whole_word && part.what.what == placeholder::kind::items;
}

}  // namespace

std::string quoted_as_shown(std::string_view word) {
  if (word.empty()) return "''";
  if (std::ranges::all_of(word, needs_no_quotes)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\"'\"'") : std::string(1, c);
  quoted += '\'';
  if (quoted.starts_with("''")) quoted.erase(0, 2);
  if (quoted.ends_with("''")) quoted.erase(quoted.size() - 2);
  return quoted;
}

std::string arguments_as_shown(const argument_list& argv) {
  std::string line;
  for (const std::string& word : argv.to_vector())
    (line += line.empty() ? "" : " ") += quoted_as_shown(word);
  return line;
}

std::string last_argument_as_shown(const job_spec& job) {
  std::string line = job.argv.to_vector().back();
  for (auto mark = job.slot_marks.rbegin(); mark != job.slot_marks.rend(); ++mark)
    line.insert(mark->offset, 1, slot_sign);
  return line;
}

shown_line::shown_line(std::string_view script, const template_options& options)
    : dialect_(parse_shell(options.shell).dialect) {
  const placeholder_grammar grammar(options.names, options.names_only, options.syntax);
  script_ = scan_script(script, grammar, dialect_);
  if (script_.has_placeholder || !options.append_items) return;
  script_ = scan_script(std::string(script) + ' ' + item_sign(options.syntax), grammar, dialect_);
}

std::string shown_line::expand(std::uint64_t seq, std::span<const std::string_view> items) const {
  std::string line, memory;
  for (const script_part& part : script_.parts) {
    line += part.literal;
    if (part.what.what == placeholder::kind::seq) {
      line += std::to_string(seq);
    } else if (part.what.what == placeholder::kind::slot) {
      line += slot_sign;
    } else if (is_each_item(part)) {
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) line += ' ';
        append(line, part, value_of(part.what, items[i], seq, memory));
      }
    } else if (part.what.what == placeholder::kind::items || pick(items, part.what.index)) {
      memory.clear();
      append_value(memory, part.what, items, seq);
      append(line, part, memory);
    }
  }
  return line + script_.tail;
}

void shown_line::append(std::string& line, const script_part& part, std::string_view value) const {
  const bool bourne = is_posix_like(dialect_) || dialect_ == shell_dialect::unknown;
  if (part.place == quoting::none)
    line += bourne ? quoted_as_shown(value) : quoted_for(value, dialect_);
  else if (!append_quoted(line, value, part))
    line += value;
}

std::string shown_text(const job_spec& job, unsigned slot) {
  if (job.text.empty()) return command_text(job);
  std::string shown;
  const std::string number = std::to_string(std::max(slot, 1U));
  for (const char c : job.text) c == slot_sign ? shown += number : shown += c;
  return shown;
}

}  // namespace weir
