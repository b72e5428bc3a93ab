// --round-robin, --shard, --bin, --tee, --group-by, --cat, --fifo: which jobs get which blocks, and
// how.
#include <algorithm>
#include <string_view>
#include <vector>

#include <weir/error.hpp>

#include "blocks.hpp"
#include "gate_options.hpp"
#include "input/column_key.hpp"
#include "input/count.hpp"
#include "text/escape.hpp"
#include "text/number.hpp"

namespace weir::cli {

namespace {

constexpr std::uint64_t last_column = 1'000'000;

key_column parse_key(const options& o, const char* option, const std::string& text,
                     bool has_header) {
  const std::string name = o.names.of(option);
  key_column key;
  if (o.items.column_separator) key.separator = *o.items.column_separator;
  if (is_all_digits(text)) {
    key.number = parse_count(name, text, 1, last_column);
    return key;
  }
  if (text.find_first_of("$=;(") != std::string::npos)
    throw usage_error(name +
                      ": expected the number of a column, or its name with --header :, found \"" +
                      escape(text) + "\": Perl expressions are not supported");
  if (!has_header)
    throw usage_error(name + ": found \"" + escape(text) +
                      "\", expected the number of a column; with --header : its name");
  key.name = text;
  return key;
}

/// Refuses what cannot be combined with a stream that jobs share while they run.
void refuse_with_shares(const options& o, const char* way) {
  for (const char* const other : {"--max-args", "--max-lines", "-L"})
    if (o.names.was_typed(other) && o.dealing->how != dealing::in_turn &&
        o.dealing->how != dealing::in_order)
      o.names.refuse_both(way, other);
}

/// The option on the command line.
std::string way_of(const options& o) {
  switch (o.dealing->how) {
    case dealing::to_all:
      return "--tee";
    case dealing::by_hash:
      return "--shard";
    case dealing::by_number:
      return "--bin";
    case dealing::in_turn:
    case dealing::in_order:
      break;
  }
  return o.names.of("--round-robin");
}

bool wait_for_each_other(const options& o) {
  return o.dealing && o.dealing->how != dealing::in_turn;
}

std::string at_once(const options& o) {
  const bool ordered = o.dealing->how == dealing::in_order;
  return way_of(o) + ':' + (ordered ? " with " + o.names.of("--keep-order") : "") +
         " all its jobs have to run at once, ";
}

/// A job that may not start yet would hold up the running ones for ever.
void refuse_gates(const options& o) {
  if (const std::string_view gate = given_gate(o, where_jobs_run::here); !gate.empty())
    throw usage_error(at_once(o) + "but " + o.names.of(gate) + " may hold one up");
}

}  // namespace

bool shards_lines(const typed_options& typed) {
  const auto slash = typed.shard.find('/');
  const bool part = slash != std::string::npos && is_all_digits(typed.shard.substr(0, slash)) &&
                    is_all_digits(typed.shard.substr(slash + 1));
  return (typed.pipe || typed.pipepart) && !typed.shard.empty() && !part;
}

void settle_dealing(options& o, const typed_options& typed, block_rules& rules) {
  const std::vector<std::pair<const char*, bool>> all{{"--round-robin", typed.round_robin},
                                                      {"--shard", shards_lines(typed)},
                                                      {"--bin", !typed.bin.empty()},
                                                      {"--tee", typed.tee},
                                                      {"--cat", typed.cat},
                                                      {"--fifo", typed.fifo}};
  const auto given = [](const auto& each) { return each.second; };
  const auto first = std::ranges::find_if(all, given);
  if (first != all.end()) {
    const auto second = std::find_if(first + 1, all.end(), given);
    if (second != all.end()) o.names.refuse_both(first->first, second->first);
  }
  const char* const way = first == all.end() ? "" : first->first;
  const bool has_header = rules.header_lines > 0 || !rules.header.empty();
  if (typed.round_robin) o.dealing.emplace().how = dealing::in_turn;
  if (typed.tee) o.dealing.emplace().how = dealing::to_all;
  if (shards_lines(typed))
    o.dealing = {dealing::by_hash, 1, parse_key(o, "--shard", typed.shard, has_header)};
  if (!typed.bin.empty())
    o.dealing = {dealing::by_number, 1, parse_key(o, "--bin", typed.bin, has_header)};
  if (!typed.group_by.empty()) rules.group = parse_key(o, "--group-by", typed.group_by, has_header);
  if (typed.cat) o.blocks_as = block_as::file;
  if (typed.fifo) o.blocks_as = block_as::fifo;
  o.items.column_separator.reset();
  const bool in_lines =
      rules.group || (o.dealing && !o.dealing->key.separator.empty() &&
                      (o.dealing->how == dealing::by_hash || o.dealing->how == dealing::by_number));
  const char* const in_lines_by = rules.group ? "--group-by" : way;
  for (const char* const other :
       {"--recend", "--recstart", "--regexp", "--rrs", "-L", "--max-lines"})
    if (in_lines && o.names.was_typed(other)) o.names.refuse_both(in_lines_by, other);
  if (rules.group && o.dealing && o.dealing->how != dealing::in_turn)
    o.names.refuse_both("--group-by", way);
  if (o.dealing) refuse_with_shares(o, way);
  if (o.blocks_of_file && (o.dealing || rules.group))
    throw usage_error(o.names.of(o.dealing ? way : "--group-by") +
                      ": cannot be combined with --pipepart, which does not read the file: use "
                      "--pipe -a FILE");
}

void check_dealing(options& o) {
  dealing_rules& rules = *o.dealing;
  const std::string way = way_of(o);
  if (o.job.retry.times > 0)
    throw usage_error(way + ": cannot be combined with " + o.names.of("--retries") +
                      ": input that a job has read cannot be read again");
  if (!o.journal.path.empty())
    throw usage_error(way +
                      ": cannot be combined with a journal: input that a job has read cannot be "
                      "read again, so it could not be resumed");
  if (o.part)
    throw usage_error(way + ": cannot be combined with --shard I/N: all its jobs have to run");
  if (o.names.was_typed("--on"))
    throw usage_error(way +
                      ": cannot be combined with --on: jobs that share a stream have to run here");
  if (rules.how == dealing::in_turn && o.output.keep_order) rules.how = dealing::in_order;
  if (wait_for_each_other(o)) refuse_gates(o);
  if (rules.how == dealing::to_all) {
    if (o.inputs.empty()) throw usage_error("--tee: needs jobs that read the input: ::: ITEM...");
    return;
  }
  if (!o.engine.limit)
    throw usage_error(way + ": the number of jobs is not known with -j0: expected -j N");
}

void refuse_tokens(const options& o) {
  if (wait_for_each_other(o))
    throw usage_error(at_once(o) +
                      "which make's jobserver does not guarantee: begin COMMAND with env -u "
                      "MAKEFLAGS weir");
}

}  // namespace weir::cli
