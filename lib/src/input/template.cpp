#include "input/template.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include <weir/error.hpp>

#include "input/argv_plan.hpp"
#include "input/interpreted_script.hpp"
#include "input/item_sign.hpp"
#include "input/line_plan.hpp"
#include "input/nested_scripts.hpp"
#include "input/placeholder.hpp"
#include "input/script.hpp"
#include "input/script_plan.hpp"
#include "input/script_text.hpp"
#include "input/shell_invocation.hpp"
#include "input/shell_program.hpp"
#include "input/shell_syntax.hpp"
#include "input/shell_words.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

const placeholder all_items{placeholder::kind::items, item_part::whole, 0, {}};

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

bool looks_like_script(std::string_view word, const placeholder_grammar& grammar) {
  for (std::size_t at = 0; at < word.size();) {
    if (const auto match = grammar.at(word.substr(at)))
      at += match->length;
    else if (!is_plain_byte(word[at++]))
      return true;
  }
  return false;
}

using plan = std::variant<argv_plan, script_plan, line_plan>;

template_word literal_word(std::string_view text) {
  return {{{std::string(text), std::nullopt}}, false};
}

std::vector<template_word> parse_words(std::span<const std::string> words,
                                       const placeholder_grammar& grammar) {
  std::vector<template_word> parsed;
  for (const auto& word : words) parsed.push_back(parse_word(word, grammar));
  return parsed;
}

/// A script that is nothing but an item is meant to be run.
bool is_only_an_item(std::string_view script, const placeholder_grammar& grammar) {
  const auto match = grammar.at(script);
  return match && match->length == script.size();
}

/// fish accepts several scripts, and options after them.
void require_no_data(std::string_view script, const placeholder_grammar& grammar) {
  if (has_placeholder({parse_word(script, grammar)}))
    throw usage_error("a placeholder is in a fish script that weir cannot pass data to: \"" +
                      escape_and_clip(script, 60) +
                      "\"; expected it in the script of the last option, as a word after -c");
}

/// `bash -c 'x {} | y'`, and other words that run a shell: its script must not receive data either.
std::optional<plan> plan_shell(std::span<const std::string> words,
                               const placeholder_grammar& grammar,
                               const template_options& options) {
  const auto found = find_shell_script(words);
  if (found)
    for (const std::size_t other : found->others) require_no_data(words[other], grammar);
  if (found && !found->takes_data) require_no_data(words[found->script], grammar);
  if (!found || is_only_an_item(words[found->script], grammar)) return std::nullopt;
  scanned_script script = scan_script(words[found->script], grammar, found->dialect);
  if (script.parts.empty()) return std::nullopt;
  auto after = words.subspan(found->script + 1);
  template_word name = literal_word(found->name);
  if (found->dialect == shell_dialect::fish) {
    name = literal_word("--");
    if (!after.empty() && after.front() == "--") after = after.subspan(1);
  } else if (found->dialect != shell_dialect::csh && !after.empty()) {
    name = parse_word(after.front(), grammar);
    after = after.subspan(1);
  }
  return script_plan({parse_words(words.first(found->script), grammar),
                      found->dialect,
                      options.variables,
                      {std::move(name)},
                      parse_words(after, grammar)},
                     words[found->script], std::move(script));
}

plan plan_argv(std::span<const std::string> words, const placeholder_grammar& grammar,
               const template_options& options) {
  if (auto shell = plan_shell(words, grammar, options)) return std::move(*shell);
  std::vector<template_word> parsed = parse_words(words, grammar);
  append_items(parsed, options);
  return argv_plan(std::move(parsed), options.many, options.fills_lines);
}

/// `find -exec sh -c 'x {}' \;`, `weir 'x {}'`: which items may stand there is known only for
/// scripts.
bool has_script_within(std::span<const std::string> words, const placeholder_grammar& grammar) {
  std::vector<command_word> command;
  for (const auto& word : words) {
    command.push_back({word});
    if (is_only_an_item(word, grammar)) command.back().placeholders = {{0, {}, word.size()}};
  }
  return runs_commands(words) && std::ranges::any_of(scripts_among(command), [&](std::size_t at) {
           return has_placeholder({parse_word(words[at], grammar)});
         });
}

/// The plan for a script without shell syntax; nullopt if it has some.
std::optional<plan> plan_words(std::string_view script, const placeholder_grammar& grammar,
                               const template_options& options) {
  auto words = split_without_shell(script, &grammar);
  if (!words) return std::nullopt;
  if (const auto as_written = words_as_written(script, grammar)) {
    if (auto shell = plan_shell(*as_written, grammar, options)) return shell;
    if (has_script_within(*as_written, grammar)) return std::nullopt;
  }
  append_items(*words, options);
  return argv_plan(std::move(*words), options.many, options.fills_lines);
}

void require_known(const shell_program& shell) {
  if (shell.dialect == shell_dialect::unknown)
    throw usage_error("the shell \"" + escape_and_clip(shell.words.front(), 60) +
                      "\" cannot receive items as data: expected sh, bash, dash, ksh, mksh, zsh, "
                      "busybox sh, fish or tcsh");
}

/// Items are in variables with these names: a script that sets one would change its items.
void require_free_names(std::string_view script, const std::string& name) {
  for (auto at = script.find(name); at != std::string_view::npos; at = script.find(name, at + 1)) {
    const std::string_view rest = script.substr(at + name.size());
    if (rest.empty() || !is_digit(rest.front())) continue;
    throw usage_error("the script uses " + name +
                      std::string(rest.substr(0, rest.find_first_not_of("0123456789"))) +
                      ", which may hold an item: expected another name");
  }
}

std::string without_blank_end(std::string_view script) {
  std::string text(script);
  while (text.ends_with(' ') || text.ends_with('\t') || text.ends_with('\n')) {
    if (text.size() > 1 && text[text.size() - 2] == '\\') break;
    text.pop_back();
  }
  return text;
}

/// Items become the last words of the script's last command.
void require_place_for_items(const scanned_script& script) {
  if (!script.takes_more_words)
    throw usage_error(
        "the command ends in a quote, a comment or a here-document, where no item can "
        "be appended: write {} where the item goes");
  if (script.awaits_command)
    throw usage_error(
        "the command ends where an appended item would be run as a command: "
        "write {} where the item goes");
  if (!script.closed_by.empty())
    throw usage_error("the command ends in " + script.closed_by +
                      ", after which no item can be appended: write {} where the item goes");
}

/// Which longer word of a script an item stands in is known only to its shell.
bool has_words_around_items(const scanned_script& script) {
  return std::ranges::any_of(script.parts, [](const script_part& part) {
    return part.what.what == placeholder::kind::items && !part.whole_word;
  });
}

/// Whether columns that a line lacks have to be no words: GNU parallel puts nothing in their
/// places. Outside of quotes, quoted text is what a variable would be.
bool has_columns_to_leave_out(const scanned_script& script) {
  const auto is_column = [](const script_part& part) {
    return part.what.what == placeholder::kind::item && part.what.index > 1 && part.whole_word;
  };
  const auto is_plain = [](const script_part& part) {
    return part.place == quoting::none && part.evaluated == evaluation::none && !part.in_expansion;
  };
  return std::ranges::any_of(script.parts, is_column) &&
         std::ranges::all_of(script.parts, is_plain);
}

plan plan_script(std::string script, const placeholder_grammar& grammar,
                 const template_options& options) {
  const shell_program shell = parse_shell(options.shell);
  if (!shell.chosen)
    if (auto words = plan_words(script, grammar, options)) return std::move(*words);
  scanned_script scanned = scan_script(script, grammar, shell.dialect);
  const bool appends = options.append_items && !scanned.has_placeholder;
  if (appends) {
    script = without_blank_end(script);
    require_place_for_items(scan_script(script, grammar, shell.dialect));
    script += ' ' + item_sign(options.syntax);
    scanned = scan_script(script, grammar, shell.dialect);
  }
  if (!scanned.parts.empty()) {
    require_known(shell);
    require_free_names(script, options.variables);
  }
  if (options.many == many_items::repeated && has_words_around_items(scanned)) {
    if (options.fills_lines) return line_plan(script, grammar, shell, true);
    throw usage_error(
        "-X: in a script, each item has to be a separate word: write {} with blanks around it and "
        "no quotes, or a command without shell syntax");
  }
  if (options.fills_lines && has_columns_to_leave_out(scanned))
    return line_plan(script, grammar, shell, false);
  std::vector<template_word> before;
  for (const auto& word : shell.words) before.push_back(literal_word(word));
  before.push_back(literal_word("-c"));
  const bool fish = shell.dialect == shell_dialect::fish;
  return script_plan({std::move(before),
                      shell.dialect,
                      options.variables,
                      {literal_word(fish ? "--" : shell.name)},
                      {},
                      true,
                      appends},
                     script, std::move(scanned));
}

/// Nothing in it is a placeholder: braces belong to the interpreter. Items are its arguments.
plan plan_interpreted(std::string_view script) {
  std::vector<template_word> words;
  for (const std::string& word :
       {std::string("/bin/sh"), std::string("-c"), run_by_interpreter(script), std::string("sh")})
    words.push_back(literal_word(word));
  words.push_back({{{std::string(), all_items}}, true});
  return argv_plan(std::move(words));
}

/// Several words for a shell that the user asked for: each unchanged, except for placeholders.
std::string script_of_words(std::span<const std::string> words, const placeholder_grammar& grammar,
                            shell_dialect dialect) {
  std::string script;
  for (const auto& word : words) {
    if (!script.empty()) script += ' ';
    script += word.empty() || looks_like_script(word, grammar) ? quoted_for(word, dialect) : word;
  }
  return script;
}

/// The plan for a command with items that are code.
std::optional<plan> plan_line(std::span<const std::string> words,
                              const placeholder_grammar& grammar, const template_options& options) {
  if (options.fills_lines && options.form != template_form::argv && words.size() == 1 &&
      has_items_as_code(words.front(), grammar))
    return line_plan(words.front(), grammar, parse_shell(options.shell),
                     options.many == many_items::repeated);
  if (std::ranges::any_of(words,
                          [&](const std::string& word) { return has_unquoted(word, grammar); }))
    throw usage_error(
        "uq(): an item is never code here: expected an expression without it, or weir --as "
        "parallel");
  return std::nullopt;
}

plan make_plan(std::span<const std::string> words, const template_options& options) {
  assert(!words.empty());
  const placeholder_grammar grammar(options.names, options.names_only, options.syntax);
  if (auto line = plan_line(words, grammar, options)) return std::move(*line);
  const bool script = options.form == template_form::script ||
                      (options.form == template_form::by_words && words.size() == 1 &&
                       looks_like_script(words.front(), grammar));
  if (script && words.front().find_first_not_of(" \t\n") == std::string::npos)
    throw usage_error("the command is blank: expected a program and its arguments");
  if (script && is_interpreted(words.front())) return plan_interpreted(words.front());
  if (script) return plan_script(words.front(), grammar, options);
  if ((options.form == template_form::by_words && !options.shell.empty()) ||
      has_script_within(words, grammar))
    return plan_script(script_of_words(words, grammar, parse_shell(options.shell).dialect), grammar,
                       options);
  return plan_argv(words, grammar, options);
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
  std::visit([&](const auto& plan) { plan.fill(job, items); }, compiled_->how);
  return job;
}

bool command_template::repeats_words() const noexcept {
  const auto* const argv = std::get_if<argv_plan>(&compiled_->how);
  return argv != nullptr && argv->repeats();
}

bool command_template::is_line() const noexcept {
  return std::holds_alternative<line_plan>(compiled_->how);
}

bool command_template::is_script() const noexcept {
  return !std::holds_alternative<argv_plan>(compiled_->how);
}

std::int32_t command_template::farthest_item() const noexcept {
  return std::visit([](const auto& plan) { return plan.farthest_item(); }, compiled_->how);
}

struct text_template::compiled {
  template_word text;
};

text_template::text_template(std::string_view text, const template_options& options)
    : compiled_(std::make_unique<compiled>(compiled{parse_word(
          text, placeholder_grammar(options.names, options.names_only, options.syntax))})) {}

text_template::~text_template() = default;
text_template::text_template(text_template&&) noexcept = default;
text_template& text_template::operator=(text_template&&) noexcept = default;

std::int32_t text_template::farthest_item() const noexcept {
  std::int32_t farthest = 0;
  for (const auto& piece : compiled_->text.pieces)
    if (piece.what) farthest = farther(farthest, *piece.what);
  return farthest;
}

std::string text_template::expand(std::uint64_t seq, std::span<const std::string_view> items,
                                  std::string_view slot) const {
  std::string text;
  for (const auto& [literal, what] : compiled_->text.pieces) {
    text += literal;
    if (!what) continue;
    if (what->what == placeholder::kind::seq)
      text += std::to_string(seq);
    else if (what->what == placeholder::kind::slot)
      text += slot;
    else
      append_value(text, *what, items, seq);
  }
  return text;
}

}  // namespace weir
