#include "blocks.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <weir/error.hpp>

#include "input/block_splitter.hpp"
#include "input/count.hpp"
#include "input/placeholder.hpp"
#include "item_options.hpp"
#include "text/escape.hpp"
#include "text/number.hpp"
#include "text/size.hpp"

namespace weir::cli {

namespace {

constexpr std::uint64_t most_records = 1'000'000'000;

/// Options that mean nothing without blocks.
void refuse_without_blocks(const options& o, const typed_options& typed) {
  const auto refuse = [&](bool given, const char* option, const char* needed) {
    if (given) throw usage_error(o.names.of(option) + ": needs " + needed);
  };
  const char* const blocks = "--pipe or --pipepart";
  const char* const stream = "--pipe";
  refuse(!typed.block.empty(), "--block", blocks);
  refuse(typed.record_end.has_value(), "--recend", blocks);
  refuse(typed.record_start.has_value(), "--recstart", blocks);
  refuse(typed.regexp, "--regexp", blocks);
  refuse(typed.removes_separators, "--rrs", stream);
  refuse(typed.round_robin, "--round-robin", stream);
  refuse(!typed.bin.empty(), "--bin", stream);
  refuse(typed.tee, "--tee", stream);
  refuse(!typed.group_by.empty(), "--group-by", stream);
  refuse(typed.cat, "--cat", blocks);
  refuse(typed.fifo, "--fifo", blocks);
}

/// \n, \t, \r, \0, \\, and quotes, as in GNU parallel. Anything else stays as it is.
std::string unescaped(std::string_view text) {
  constexpr std::string_view known = R"(nrt0\'")";
  constexpr std::string_view meant("\n\r\t\0\\'\"", 7);
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto which =
        text[i] == '\\' && i + 1 < text.size() ? known.find(text[i + 1]) : std::string_view::npos;
    bytes += which == std::string_view::npos ? text[i] : meant[(++i, which)];
  }
  return bytes;
}

/// If only one of the two is given, the other is empty: records end where the next begins.
void settle_records(block_rules& rules, const typed_options& typed) {
  rules.regexp = typed.regexp;
  if (!typed.record_end && !typed.record_start) return;
  const auto take = [&](const std::optional<std::string>& text) {
    const std::string given = text.value_or("");
    return rules.regexp ? given : unescaped(given);
  };
  rules.end = take(typed.record_end);
  rules.start = take(typed.record_start);
  if (rules.regexp && rules.end.empty() && rules.start.empty()) rules.end = "(?s:.)";
}

void settle_header(options& o, block_rules& rules, const std::string& header) {
  if (header == ":")
    rules.header_lines = 1;
  else if (is_all_digits(header))
    rules.header_lines = parse_count(o.names.of("--header"), header, 1, 1'000'000);
  else if (!header.empty())
    rules.header = header;
}

void settle_size(options& o, block_rules& rules, const typed_options& typed) {
  const std::string name = o.names.of("--block");
  const std::string_view text = typed.block;
  if (o.blocks_of_file && text.empty())
    o.blocks_per_slot = 10;
  else if (o.blocks_of_file && text.starts_with('-'))
    o.blocks_per_slot = parse_count(name, text.substr(1), 1, 1'000'000);
  else if (!text.empty())
    rules.block = parse_size(name, text);
  if (rules.block == 0)
    throw usage_error(name + ": expected at least 1 byte, found " + escape(text));
}

/// Refuses options for which all of the file would have to be read.
void refuse_counts(const options& o) {
  for (const char* const option : {"--max-args", "--max-lines", "-L", "--rrs"})
    if (o.names.was_typed(option))
      throw usage_error(o.names.of(option) +
                        ": cannot be combined with --pipepart, which does not read the file: use "
                        "--pipe -a FILE");
}

bool takes_an_item(const placeholder_grammar& grammar, std::string_view word) {
  for (std::size_t at = 0; (at = word.find('{', at)) != std::string_view::npos; ++at)
    if (const auto match = grammar.at(word.substr(at)))
      if (match->found.what == placeholder::kind::items ||
          match->found.what == placeholder::kind::item)
        return true;
  return false;
}

}  // namespace

bool settle_blocks(options& o, const typed_options& typed) {
  if (!typed.pipe && !typed.pipepart) {
    refuse_without_blocks(o, typed);
    return false;
  }
  const char* const way = typed.pipepart ? "--pipepart" : "--pipe";
  if (typed.pipe && typed.pipepart) o.names.refuse_both("--pipe", "--pipepart");
  const bool has_key = shards_lines(typed) || !typed.bin.empty() || !typed.group_by.empty();
  if (!has_key && o.names.was_typed("--colsep"))
    throw usage_error(o.names.of("--colsep") + ": with " + way +
                      " it needs --group-by, --shard or --bin: blocks have no columns");
  for (const char* const other : {"--null", "--delimiter", "--csv", "-E", "--trim", "--link"})
    if (o.names.was_typed(other)) o.names.refuse_both(way, other);
  block_rules rules;
  rules.skips_first = o.skips_first_line;
  settle_records(rules, typed);
  rules.removes = typed.removes_separators;
  rules.longest = o.max_line.value_or(rules.longest);
  o.blocks_of_file = typed.pipepart;
  settle_size(o, rules, typed);
  if (!typed.max_lines.empty())
    rules.lines = parse_count(lines_option(o), typed.max_lines, 1, most_records);
  if (!typed.max_args.empty())
    rules.records = parse_count(o.names.of("--max-args"), typed.max_args, 1, most_records);
  if (typed.pipepart) refuse_counts(o);
  // Records of several lines each, counted.
  if (rules.records > 0 && rules.lines > 0) rules.records *= std::exchange(rules.lines, 0);
  settle_header(o, rules, typed.header);
  settle_dealing(o, typed, rules);
  block_splitter{rules, {}};  // reports invalid expressions
  o.blocks = std::move(rules);
  const bool has_item = typed.cat || typed.fifo;
  if (!has_item) o.items.options.append_items = false;
  return true;
}

void check_blocks(options& o) {
  const std::string way = o.blocks_of_file ? "--pipepart" : "--pipe";
  if (o.items.command.empty()) throw usage_error(way + ": needs a COMMAND that reads the blocks");
  if (o.dealing) check_dealing(o);
  const bool to_all = o.dealing && o.dealing->how == dealing::to_all;
  if (!o.inputs.empty() && !to_all)
    throw usage_error("\":::\": cannot be combined with " + way + ": jobs get blocks, not items");
  if (o.blocks_of_file && (o.arg_files.empty() || o.arg_files.front() == "-"))
    throw usage_error(way + ": needs -a FILE; for stdin, use --pipe");
  if (o.arg_files.size() > 1)
    throw usage_error(o.names.of("--arg-file") + ": with " + way + ", expected one FILE, found " +
                      std::to_string(o.arg_files.size()));
  if (o.blocks_per_slot > 0 && !o.engine.limit)
    throw usage_error("--block: the number of slots is not known with -j0: expected a SIZE");
  if (to_all || o.blocks_as != block_as::stdin_pipe) return;
  const placeholder_grammar grammar({}, false, o.items.options.syntax);
  const auto found = std::ranges::find_if(
      o.items.command, [&](const std::string& word) { return takes_an_item(grammar, word); });
  if (found != o.items.command.end())
    throw usage_error("\"" + escape(*found) + "\": with " + way +
                      " there is no item to fill in: a job reads its block from stdin");
}

}  // namespace weir::cli
