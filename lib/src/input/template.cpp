#include "input/template.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include <weir/error.hpp>

#include "input/argv_plan.hpp"
#include "input/placeholder.hpp"
#include "input/script.hpp"
#include "input/script_plan.hpp"
#include "input/shell_syntax.hpp"
#include "input/shell_words.hpp"

namespace weir {

namespace {

constexpr placeholder all_items{placeholder::kind::items, item_part::whole, 0};

bool has_placeholder(const std::vector<template_word>& words) {
  for (const auto& word : words)
    for (const auto& piece : word.pieces)
      if (piece.what) return true;
  return false;
}

void append_items(std::vector<template_word>& words, const template_options& options) {
  if (options.append_items && !has_placeholder(words))
    words.push_back({{{std::string(), all_items}}, true});
}

/// As the last words of its last command.
void append_items(scanned_script& script) {
  if (!script.takes_more_words)
    throw usage_error(
        "the command ends in a quote, a comment or a here-document, where no item can "
        "be appended: write {} where the item goes");
  std::string& end = script.tail;
  while (end.ends_with(' ') || end.ends_with('\t') || end.ends_with('\n')) {
    if (end.size() > 1 && end[end.size() - 2] == '\\') break;
    end.pop_back();
  }
  script.parts.push_back({std::move(end) + ' ', all_items, quoting::none, true});
  script.tail.clear();
}

bool looks_like_script(std::string_view word, const placeholder_grammar& grammar) {
  for (std::size_t at = 0; at < word.size();) {
    if (const auto match = grammar.at(word.substr(at)))
      at += match->length;
    else if (!is_plain_byte(word[at++]))
      return true;
  }
  return false;
}

using plan = std::variant<argv_plan, script_plan>;

/// Whether the words are a shell with a script that has placeholders: `bash -c 'x {} | y'`. A
/// script that is nothing but an item is meant to be run.
bool is_shell_with_script(std::span<const std::string> words, const placeholder_grammar& grammar) {
  if (words.size() != 3 || !runs_script(words[0], words[1])) return false;
  const template_word script = parse_word(words[2], grammar);
  return script.pieces.size() > 1 || !script.pieces.front().literal.empty();
}

/// The script that somebody else's shell runs is no place for data either.
std::optional<plan> plan_shell(std::span<const std::string> words,
                               const placeholder_grammar& grammar) {
  if (!is_shell_with_script(words, grammar)) return std::nullopt;
  scanned_script script = scan_script(words[2], grammar, is_posix_shell(words[0]));
  if (script.parts.empty()) return std::nullopt;
  return script_plan({words[0], words[1]}, words[2], std::move(script), false);
}

plan plan_argv(std::span<const std::string> words, const placeholder_grammar& grammar,
               const template_options& options) {
  if (auto shell = plan_shell(words, grammar)) return std::move(*shell);
  std::vector<template_word> parsed;
  for (const auto& word : words) parsed.push_back(parse_word(word, grammar));
  append_items(parsed, options);
  return argv_plan(std::move(parsed));
}

plan plan_script(std::string_view script, const placeholder_grammar& grammar,
                 const template_options& options) {
  const bool posix = is_posix_shell(options.shell);
  if (posix) {
    if (auto words = split_without_shell(script, &grammar)) {
      append_items(*words, options);
      return argv_plan(std::move(*words));
    }
  }
  scanned_script scanned = scan_script(script, grammar, posix);
  if (options.append_items && !scanned.has_placeholder) append_items(scanned);
  return script_plan({options.shell, "-c"}, script, std::move(scanned), true);
}

plan make_plan(std::span<const std::string> words, const template_options& options) {
  assert(!words.empty());
  const placeholder_grammar grammar(options.names, options.names_only);
  const bool script = options.form == template_form::script ||
                      (options.form == template_form::by_words && words.size() == 1 &&
                       looks_like_script(words.front(), grammar));
  if (script && words.front().find_first_not_of(" \t\n") == std::string::npos)
    throw usage_error("the command is blank: expected a program and its arguments");
  return script ? plan_script(words.front(), grammar, options) : plan_argv(words, grammar, options);
}

}  // namespace

struct command_template::compiled {
  plan how;
};

command_template::command_template(std::span<const std::string> words,
                                   const template_options& options)
    : compiled_(std::make_unique<compiled>(compiled{make_plan(words, options)})) {}

command_template::~command_template() = default;
command_template::command_template(command_template&&) noexcept = default;
command_template& command_template::operator=(command_template&&) noexcept = default;

job_spec command_template::expand(std::uint64_t seq,
                                  std::span<const std::string_view> items) const {
  job_spec job;
  job.seq = seq;
  if (const auto* argv = std::get_if<argv_plan>(&compiled_->how))
    argv->fill(job, items);
  else
    std::get<script_plan>(compiled_->how).fill(job, items);
  return job;
}

bool command_template::is_script() const noexcept {
  return std::holds_alternative<script_plan>(compiled_->how);
}

struct text_template::compiled {
  template_word text;
};

text_template::text_template(std::string_view text, const template_options& options)
    : compiled_(std::make_unique<compiled>(
          compiled{parse_word(text, placeholder_grammar(options.names, options.names_only))})) {}

text_template::~text_template() = default;
text_template::text_template(text_template&&) noexcept = default;
text_template& text_template::operator=(text_template&&) noexcept = default;

std::string text_template::expand(std::uint64_t seq,
                                  std::span<const std::string_view> items) const {
  std::string text;
  for (const auto& [literal, what] : compiled_->text.pieces) {
    text += literal;
    if (!what) continue;
    if (what->what == placeholder::kind::seq)
      text += std::to_string(seq);
    else if (what->what == placeholder::kind::slot)
      text += "{%}";
    else
      append_value(text, *what, items);
  }
  return text;
}

}  // namespace weir
