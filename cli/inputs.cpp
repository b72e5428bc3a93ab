#include "inputs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "asking_source.hpp"
#include "batch/block_jobs.hpp"
#include "batch/dealing_source.hpp"
#include "batch/range_source.hpp"
#include "batch/sources.hpp"
#include "batch/stream_source.hpp"
#include "files/line_reader.hpp"
#include "loop/owned_fd.hpp"
#include "manifest_input.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

/// For items; --max-line overrides it.
std::size_t longest_line(const options& o) {
  return o.max_line.value_or(line_format{}.max_line);
}

/// With these, the position of a blank line matters: leaving it out would shift what follows.
bool position_counts(const options& o) {
  return o.items.max_args > 0 || o.items.has_columns() || o.items.header;
}

/// \param linked to another source: each line is paired with one of that source.
input_format format_of(const options& o, bool linked) {
  input_format format{.separator = o.items.column_separator,
                      .csv = o.items.csv,
                      .strips_cr = o.items.header && !o.items.csv && !o.delimiter,
                      .has_header = o.items.header,
                      .most_bytes = longest_line(o),
                      .end = o.items_end,
                      .skips_first = o.skips_first_line,
                      .joins = o.joins_lines,
                      .skips_space = o.skips_space};
  if (o.delimiter)
    format.blank = blank_lines::counted;
  else if (linked || position_counts(o))
    format.blank = blank_lines::counted_between;
  return format;
}

[[noreturn]] void refuse_input(const std::string& name, int error) {
  throw usage_error(escape(name) + ": cannot be read: " + std::strerror(error));
}

/// In the order in which they are read; "-" is stdin.
std::vector<std::string> files_of(const options& o) {
  std::vector<std::string> names = o.arg_files;
  for (const input_group& group : o.inputs)
    if (group.files) names.insert(names.end(), group.words.begin(), group.words.end());
  return names;
}

/// To be called before the first file is read, which may take long. A second reader of a pipe would
/// get nothing, or half.
void check_files_of_items(const options& o) {
  std::set<std::pair<dev_t, ino_t>> pipes;
  for (const std::string& name : files_of(o)) {
    struct stat status {};
    const int failed = name == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(name.c_str(), &status);
    if (failed != 0) refuse_input(name, errno);
    if (S_ISDIR(status.st_mode)) refuse_input(name, EISDIR);
    if (S_ISFIFO(status.st_mode) && !pipes.emplace(status.st_dev, status.st_ino).second)
      throw usage_error(escape(name) + ": a pipe can be read only once, but is named twice");
  }
}

/// Opens the files from which items come.
class input_files {
 public:
  input_files(boost::asio::io_context& loop, const options& o) : loop_(loop), options_(o) {}

  std::unique_ptr<line_reader> open(const std::string& name) {
    const line_format format{options_.delimiter.value_or("\n"), longest_line(options_)};
    const auto executor = loop_.get_executor();
    if (name == "-") return std::make_unique<line_reader>(executor, STDIN_FILENO, "stdin", format);
    owned_fd file(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file) refuse_input(name, errno);
    return std::make_unique<line_reader>(executor, std::move(file), escape(name), format);
  }

  /// Runs the loop until all items of the file have been read.
  item_source read(const std::string& name, bool linked, bool first) {
    const auto lines = open(name);
    item_source items;
    std::exception_ptr failed;
    input_format format = format_of(options_, linked);
    format.skips_first = format.skips_first && first;
    const warning_handler warn = [this](const std::string& text) { warnings_.push_back(text); };
    boost::asio::co_spawn(loop_, read_all_items(*lines, format, warn),
                          [&](std::exception_ptr error, item_source all) {
                            failed = error;
                            items = std::move(all);
                          });
    loop_.run();
    loop_.restart();
    if (failed) std::rethrow_exception(failed);
    return items;
  }

  std::vector<std::string> warnings() { return std::move(warnings_); }

 private:
  boost::asio::io_context& loop_;
  const options& options_;
  std::vector<std::string> warnings_;
};

/// A `::::` with several files is as many sources, linked by a `+` each.
std::vector<item_source> read_sources(input_files& files, const options& o) {
  std::vector<item_source> sources;
  for (auto group = o.inputs.begin(); group != o.inputs.end(); ++group) {
    const bool next_is_linked = std::next(group) != o.inputs.end() && std::next(group)->linked;
    if (!group->files) {
      input_format format = format_of(o, false);
      format.skips_first = format.skips_first && sources.empty();
      sources.push_back(items_of_words(group->words, format));
      sources.back().linked = group->linked;
      continue;
    }
    for (const auto& name : group->words) {
      const bool linked = group->linked || next_is_linked || o.links;
      sources.push_back(files.read(name, linked, sources.empty()));
      sources.back().linked = group->linked;
    }
  }
  for (const auto& name : o.arg_files)
    sources.push_back(files.read(name, o.links, sources.empty()));
  if (o.links)
    for (item_source& each : sources) each.linked = &each != &sources.front();
  if (o.inputs.empty() && o.arg_files.empty()) sources.push_back(files.read("-", false, true));
  return sources;
}

/// As in GNU parallel: next to sources that have items, one without any has an empty one.
void fill_empty(std::vector<item_source>& sources, bool links) {
  std::size_t longest = 0;
  for (const item_source& each : sources) longest = std::max(longest, each.records.size());
  if (longest == 0) return;
  const std::string_view nothing;
  for (item_source& each : sources) {
    const std::size_t wanted = each.records.empty() ? (links ? longest : 1) : 0;
    for (std::size_t i = 0; i < wanted; ++i) each.records.add({&nothing, 1}, i + 1);
  }
}

std::unique_ptr<job_factory> make_factory(const options& o,
                                          std::shared_ptr<const job_settings> settings,
                                          item_settings items) {
  if (items.command.empty()) {
    shell_program shell = parse_shell(o.shell);
    shell.functions = o.functions;
    return std::make_unique<command_line_factory>(std::move(settings), std::move(shell), items.tag,
                                                  items.shows_line, std::move(items.results));
  }
  return std::make_unique<item_factory>(std::move(settings), std::move(items));
}

/// Whether its first word is the same in every job. A script that the shell has to run begins with
/// the shell anyway.
bool is_one_program(const std::vector<std::string>& command) {
  if (command.empty()) return false;
  const std::string& first = command.front();
  return first.substr(0, first.find_first_of(" \t\n")).find('{') == std::string::npos;
}

struct opened_stream {
  int fd;
  std::string shown;  ///< its name, in messages
};

/// A user who forgot ::: or < would wait for ever.
void tell_of_terminal(const options& o, std::string_view what) {
  const bool may_be_told = o.quiet == 0 || o.dialect.judge != nullptr;  // a dialect is quiet anyway
  if (::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0 && may_be_told)
    fmt::print(stderr, "{}: reading {}; Ctrl-D ends them\n", o.dialect.program, what);
}

opened_stream open_bytes(const options& o) {
  const std::string name = o.arg_files.empty() ? "-" : o.arg_files.front();
  if (name == "-") {
    if (o.blocks) tell_of_terminal(o, "records from the terminal");
    return {STDIN_FILENO, "stdin"};
  }
  const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) refuse_input(name, errno);
  return {fd, escape(name)};
}

/// The jobs of a dialect, from one stream of bytes.
opened_source open_stream(boost::asio::io_context& loop, const options& o) {
  const auto [fd, shown] = open_bytes(o);
  std::unique_ptr<source> jobs =
      std::make_unique<stream_source>(loop.get_executor(), fd, shown, o.dialect.parser);
  if (o.dialect.asks)
    jobs = std::make_unique<asking_source>(loop.get_executor(), std::move(jobs), o.engine.limit,
                                           *o.dialect.judge);
  return {std::move(jobs), std::nullopt};
}

/// Blocks that are ranges of a file.
opened_source open_ranges(const options& o) {
  const std::string& name = o.arg_files.front();
  // If jobs run elsewhere, the name has to work there, and for people, too.
  ranged_file file(o.job.dir.empty() ? name : std::filesystem::absolute(name).string());
  block_rules rules = *o.blocks;
  if (o.blocks_per_slot > 0)
    rules.block = file.size() / (std::uint64_t{*o.engine.limit} * o.blocks_per_slot) + 1;
  return {std::make_unique<range_source>(std::move(rules), std::move(file),
                                         std::make_shared<const job_settings>(o.job), o.items,
                                         o.blocks_as, range_cut::behind),
          std::nullopt};
}

/// Whether reading is only needed to find where blocks end. A journal identifies blocks by their
/// bytes.
bool may_stay_unread(const options& o) {
  const block_rules& rules = *o.blocks;
  return o.journal.path.empty() && o.cluster.places.empty() && !rules.regexp && !rules.removes &&
         rules.records == 0 && rules.lines == 0 && !rules.group;
}

/// Blocks of stdin. Those of a file reach the jobs without being copied here.
opened_source open_blocks(boost::asio::io_context& loop, const options& o) {
  if (o.blocks_of_file) return open_ranges(o);
  const bool of_stdin = o.arg_files.empty() || o.arg_files.front() == "-";
  auto file = of_stdin && may_stay_unread(o) ? ranged_file::of_stdin() : std::nullopt;
  const auto settings = std::make_shared<const job_settings>(o.job);
  if (!file) {
    const auto [fd, shown] = open_bytes(o);
    auto blocks = std::make_unique<block_reader>(loop.get_executor(), fd, shown, *o.blocks);
    return {std::make_unique<block_jobs>(std::move(blocks), settings, o.items, o.blocks_as),
            std::nullopt};
  }
  return {std::make_unique<range_source>(*o.blocks, std::move(*file), settings, o.items,
                                         o.blocks_as, range_cut::within),
          std::nullopt};
}

/// The combinations of several sources, which are read as a whole.
opened_source open_tuples(boost::asio::io_context& loop, options& o, input_files& files) {
  std::vector<item_source> sources = read_sources(files, o);
  item_settings items = o.items;
  items.sources = sources.size();
  if (std::exchange(items.header, false)) items.options.names = take_header(sources);
  if (items.missing_are_empty) fill_empty(sources, o.links);
  const auto per_job = std::max<std::size_t>(items.max_args, 1);
  auto jobs = std::make_unique<tuple_source>(
      loop.get_executor(), std::move(sources), format_of(o, false),
      make_factory(o, std::make_shared<const job_settings>(o.job), std::move(items)), o.shuffle);
  opened_source opened{nullptr, std::nullopt, files.warnings()};
  if (!o.items.packs) opened.total = (jobs->count() + per_job - 1) / per_job;
  if (const auto& facts = o.items.options.syntax.facts) facts->total = opened.total.value_or(0);
  if (o.shuffle)
    opened.notes.push_back("shuffled; to repeat this order, use --shuf-seed " +
                           std::to_string(*o.shuffle));
  opened.jobs = std::move(jobs);
  return opened;
}

/// Jobs that share one stream.
opened_source open_shares(boost::asio::io_context& loop, options& o) {
  opened_source opened;
  if (o.dealing->how == dealing::to_all) {
    input_files files(loop, o);
    opened = open_tuples(loop, o, files);
    if (o.engine.limit && *opened.total > *o.engine.limit)
      throw usage_error("--tee: " + std::to_string(*opened.total) +
                        " jobs have to run at once: expected -j " + std::to_string(*opened.total) +
                        " or more");
  } else {
    opened.jobs = std::make_unique<like_jobs>(std::make_shared<const job_settings>(o.job), o.items);
  }
  const auto [fd, shown] = open_bytes(o);
  dealing_rules rules = *o.dealing;
  rules.jobs = o.engine.limit.value_or(1);
  opened.jobs = std::make_unique<dealing_source>(loop.get_executor(), fd, shown, *o.blocks,
                                                 std::move(rules), std::move(opened.jobs));
  return opened;
}

/// Compiling shows what they ask for. \throws usage_error for one that is not understood.
void compile_expressions(const placeholder_grammar& grammar, std::string_view word) {
  for (std::size_t at = 0; (at = grammar.next(word, at)) != std::string_view::npos; ++at)
    grammar.at(word.substr(at));
}

/// A block has no item that would be its tag. (GNU parallel begins such lines with a tab.)
void tag_blocks(options& o) {
  const bool of_items = o.dealing && o.dealing->how == dealing::to_all;
  tag_settings& tag = o.items.tag;
  if (o.blocks && !of_items && tag.wanted && tag.text.empty() && !o.dialect.judge) tag.text = "{#}";
}

/// If so, all input has to be read before the first job.
bool asks_for_total(options& o) {
  placeholder_syntax& syntax = o.items.options.syntax;
  // A share of a stream has no items, and the number of blocks is not known.
  if (o.blocks && !(o.dealing && o.dealing->how == dealing::to_all)) syntax.facts = nullptr;
  const placeholder_grammar grammar({}, false, syntax);
  std::vector<std::string> words = o.items.command;
  words.push_back(o.items.tag.text);
  for (const std::string_view word : words) compile_expressions(grammar, word);
  const bool asks = syntax.facts && syntax.facts->wants_total;
  if (asks && o.items.packs)
    throw usage_error(
        "total_jobs(): the number of jobs is not known when each gets as many items as fit");
  return asks;
}

}  // namespace

opened_source open_source(boost::asio::io_context& loop, options& o) {
  if (!o.manifest.file.empty()) return open_manifest(loop, o);
  if (o.dialect.parser) return open_stream(loop, o);
  o.engine.one_program = o.items.options.syntax.tags.empty() && is_one_program(o.items.command);
  tag_blocks(o);
  const bool wants_total = asks_for_total(o);
  if (o.dealing) return open_shares(loop, o);
  if (o.blocks) return open_blocks(loop, o);
  const auto settings = std::make_shared<const job_settings>(o.job);
  // One stream of lines is read as it arrives; several sources make a product and must be complete.
  const bool one_file = o.inputs.size() == 1 && o.inputs[0].files && o.inputs[0].words.size() == 1;
  const bool one_stream =
      !o.shuffle && !wants_total && (one_file || (o.inputs.empty() && o.arg_files.size() <= 1));
  check_files_of_items(o);
  input_files files(loop, o);
  if (one_stream) {
    const std::string name = one_file              ? o.inputs[0].words[0]
                             : o.arg_files.empty() ? "-"
                                                   : o.arg_files[0];
    auto factory = make_factory(o, settings, o.items);
    auto lines = std::make_unique<line_source>(loop.get_executor(), files.open(name),
                                               format_of(o, false), std::move(factory));
    if (name == "-")
      tell_of_terminal(o, o.items.command.empty() ? "command lines from the terminal, one per line"
                                                  : "items from the terminal, one per line");
    return {std::move(lines), std::nullopt};
  }
  return open_tuples(loop, o, files);
}

}  // namespace weir::cli
