#include "command_choice.hpp"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <utility>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "blocks.hpp"
#include "command_check.hpp"
#include "forgotten_file.hpp"
#include "functions.hpp"
#include "item_options.hpp"
#include "packing.hpp"
#include "text/escape.hpp"
#include "text/number.hpp"

namespace weir::cli {

namespace {

bool ends_as(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view each) { return name.ends_with(each); });
}

/// nullopt: goes by the extension of the file, which is looked at when it is read.
std::optional<manifest_format> parse_format(const std::string& text) {
  if (text == "toml") return manifest_format::toml;
  if (text == "jsonl") return manifest_format::jsonl;
  if (!text.empty()) refuse_choice("--format", text, "toml or jsonl");
  return std::nullopt;
}

/// No program has such a name: the user meant the jobs in it.
void refuse_manifest_as_command(const std::string& word) {
  if (!ends_as(word, {".toml", ".jsonl", ".ndjson"})) return;
  std::error_code none;
  if (!std::filesystem::is_regular_file(word, none) || ::access(word.c_str(), X_OK) == 0) return;
  throw usage_error(escape(word) + ": is a manifest, not a program: expected --file " +
                    escape(word));
}

bool is_null_device(int fd) {
  struct stat about {};
  return ::fstat(fd, &about) == 0 && S_ISCHR(about.st_mode) && about.st_rdev == makedev(1, 3);
}

/// Whether a source of items, command lines or a manifest is standard input, by any of its names.
bool reads_stdin(const options& o) {
  const auto is_stdin = [](std::string_view name) {
    return name == "/dev/stdin" || name == "/dev/fd/0" || name == "/proc/self/fd/0";
  };
  return uses_of_stdin(o) > 0 || is_stdin(o.manifest.file) ||
         std::ranges::any_of(o.arg_files, is_stdin) ||
         std::ranges::any_of(o.inputs, [&](const input_group& group) {
           return group.files && std::ranges::any_of(group.words, is_stdin);
         });
}

void settle_manifest(options& o, const typed_options& typed, std::vector<std::string> words) {
  manifest_options& m = o.manifest;
  const auto refuse = [&](bool given, std::string_view option) {
    if (given)
      throw usage_error(o.names.of(option) +
                        ": cannot be combined with --file: a manifest has its own jobs");
  };
  if (const auto option = packing_or_shuffle(o); !option.empty()) refuse(true, option);
  refuse(!o.arg_files.empty(), "--arg-file");
  refuse(typed.null, "--null");
  refuse(!typed.delimiter.empty(), "--delimiter");
  refuse(o.items.max_args > 0, "--max-args");
  refuse(o.items.column_separator.has_value(), "--colsep");
  refuse(o.items.csv, "--csv");
  refuse(o.items.header, "--header");
  refuse(!o.items_end.empty(), "-E");
  refuse(o.skips_first_line, "--skip-first-line");
  refuse(o.links, "--link");
  refuse(o.items.trim != item_trim::none, "--trim");
  refuse(!typed.replaced.empty(), "-I");
  refuse(!typed.replaced_long.empty(), "--replace");
  refuse(o.items.options.syntax.plus, "--plus");
  refuse(!typed.tags.empty(), "--rpl");
  refuse(!typed.parens.empty(), "--parens");
  refuse(!typed.max_lines.empty(), lines_option(o));
  refuse(!o.job.dir.empty(), "--wd");
  refuse(o.blocks.has_value(), o.blocks_of_file ? "--pipepart" : "--pipe");
  refuse(o.empty_is_fine && m.file != "-", "--no-run-if-empty");
  if (m.check && m.graph) o.names.refuse_both("--check", "--graph");
  if (!o.shell.empty())
    throw usage_error("--shell: cannot be combined with --file: use shell in [run]");
  m.format = parse_format(typed.format);
  for (const auto& word : words) {
    if (word.starts_with(":::")) refuse(true, "\":::\"");
    if (typed.dashes) continue;
    if (word.starts_with("-") && &word == &words.front())
      throw usage_error(escape(word) + ": expected the name of a job after --");
    if (word.starts_with("-"))
      throw usage_error(escape(word) + " comes after a job name; put options before names");
  }
  m.names = std::move(words);
  refuse_forgotten_file(o, typed.apart);
}

/// Options that mean nothing without a manifest.
void refuse_manifest_options(const options& o, const typed_options& typed) {
  const manifest_options& m = o.manifest;
  const auto refuse = [](bool given, const char* option) {
    if (given) throw usage_error(std::string(option) + ": needs --file MANIFEST");
  };
  refuse(!typed.format.empty(), "--format");
  refuse(!m.only.empty(), "--only");
  refuse(!m.except.empty(), "--except");
  refuse(m.check, "--check");
  refuse(m.graph, "--graph");
}

/// As produced by "$UNSET".
void refuse_empty_words(const options& o) {
  if (!o.items.command.empty() && o.items.command.front().empty())
    throw usage_error("COMMAND: expected a program, found an empty word");
  for (const input_group& group : o.inputs) {
    if (!group.files) continue;
    const std::string sign = '"' + o.separators.files + (group.linked ? "+\"" : "\"");
    if (group.words.empty())
      throw usage_error(sign + ": needs a FILE after it, or several; - is stdin");
    if (std::ranges::count(group.words, "") > 0)
      throw usage_error(sign + ": expected FILE, found an empty word");
  }
}

}  // namespace

void settle_command(options& o, const typed_options& typed, std::vector<std::string> words) {
  if (!o.manifest.file.empty()) return settle_manifest(o, typed, std::move(words));
  refuse_manifest_options(o, typed);
  command_and_inputs parsed = parse_command(std::move(words), o.separators);
  o.items.command = std::move(parsed.command);
  o.inputs = std::move(parsed.inputs);
  settle_sources(o);
  refuse_empty_words(o);
  refuse_forgotten_file(o, typed.apart);
  settle_functions(o);
  o.items.options.shell = o.shell;
  o.items.options.variables = names_of_variables();
  // The second reader would silently find nothing.
  if (const auto uses = uses_of_stdin(o); uses > 1)
    throw usage_error("\"-\": stdin can be read only once, but is named " + std::to_string(uses) +
                      " times");
  if (o.blocks) return check_blocks(o);
  if (!o.inputs.empty() && !o.arg_files.empty())
    throw usage_error(o.names.of("--arg-file") +
                      ": cannot be combined with ::: and ::::; use :::: FILE");
  if (!o.items.command.empty()) {
    refuse_manifest_as_command(o.items.command.front());
    return refuse_list_as_command(o);
  }
  // As in GNU parallel, items without a command are command lines; these options would not affect
  // them.
  const auto needs_command = [&](bool given, std::string_view option) {
    if (given) throw usage_error(o.names.of(option) + ": needs a COMMAND to fill items into");
  };
  for (const char* const option : {"-m", "-X", "--xargs", "--max-chars"})
    needs_command(o.names.was_typed(option), option);
  needs_command(o.items.max_args > 0, "--max-args");
  needs_command(o.items.column_separator.has_value(), "--colsep");
  needs_command(o.items.csv, "--csv");
  needs_command(o.items.header, "--header");
  needs_command(!typed.max_lines.empty(), lines_option(o));
  needs_command(o.items.trim != item_trim::none, "--trim");
  needs_command(!typed.replaced.empty(), "-I");
  needs_command(!typed.replaced_long.empty(), "--replace");
  needs_command(o.items.options.syntax.plus, "--plus");
  needs_command(!typed.tags.empty(), "--rpl");
  needs_command(!typed.parens.empty(), "--parens");
}

void refuse_null_input(const options& o) {
  if (o.empty_is_fine || !reads_stdin(o) || !is_null_device(STDIN_FILENO)) return;
  const std::string wanted = !o.manifest.file.empty()  ? "a manifest"
                             : o.items.command.empty() ? "command lines"
                             : o.blocks                ? "records"
                                                       : "items";
  throw usage_error(
      "stdin: expected " + wanted + ", found /dev/null: " +
      (o.blocks ? "name a file with -a FILE" : "write COMMAND ::: ITEM..., or --file MANIFEST") +
      "; with -r it is an empty list");
}

}  // namespace weir::cli
