#include "inputs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "batch/sources.hpp"
#include "input/escape.hpp"
#include "manifest_input.hpp"
#include "system/line_reader.hpp"
#include "system/owned_fd.hpp"

namespace weir::cli {

namespace {

system::line_format format_of(const options& o) {
  return {o.delimiter.value_or("\n"), o.max_line.value_or(system::line_format{}.max_line)};
}

std::unique_ptr<system::line_reader> open_lines(loop_executor loop, const std::string& name,
                                                const options& o) {
  if (name == "-")
    return std::make_unique<system::line_reader>(loop, STDIN_FILENO, "stdin", format_of(o));
  system::owned_fd file(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  int error = file ? 0 : errno;
  if (error == 0 && ::fstat(file.value(), &status) == 0 && S_ISDIR(status.st_mode)) error = EISDIR;
  if (error != 0) throw usage_error(escape(name) + ": cannot be read: " + std::strerror(error));
  return std::make_unique<system::line_reader>(loop, std::move(file), escape(name), format_of(o));
}

/// Runs the loop until all items of the file were read.
std::vector<std::string> read_items(boost::asio::io_context& loop, const std::string& name,
                                    const options& o) {
  const auto lines = open_lines(loop.get_executor(), name, o);
  std::vector<std::string> items;
  std::exception_ptr failed;
  boost::asio::co_spawn(loop, read_all_items(*lines),
                        [&](std::exception_ptr error, std::vector<std::string> all) {
                          failed = error;
                          items = std::move(all);
                        });
  loop.run();
  loop.restart();
  if (failed) std::rethrow_exception(failed);
  return items;
}

/// A `::::` with several files is as many sources, each of which a `+` links.
std::vector<item_source> read_sources(boost::asio::io_context& loop, const options& o) {
  std::vector<item_source> sources;
  for (const auto& group : o.inputs) {
    if (!group.files) {
      sources.push_back({group.words, group.linked});
      continue;
    }
    for (const auto& name : group.words)
      sources.push_back({read_items(loop, name, o), group.linked});
  }
  for (const auto& name : o.arg_files) sources.push_back({read_items(loop, name, o), false});
  return sources;
}

std::unique_ptr<job_factory> make_factory(const options& o,
                                          std::shared_ptr<const job_settings> settings,
                                          item_settings items) {
  if (items.command.empty())
    return std::make_unique<command_line_factory>(std::move(settings), parse_shell(o.shell),
                                                  items.tag);
  return std::make_unique<item_factory>(std::move(settings), std::move(items));
}

/// Its first word is the same in every job. A script that the shell has to run begins with the
/// shell anyway.
bool is_one_program(const std::vector<std::string>& command) {
  if (command.empty()) return false;
  const std::string& first = command.front();
  return first.substr(0, first.find_first_of(" \t\n")).find('{') == std::string::npos;
}

}  // namespace

opened_source open_source(boost::asio::io_context& loop, options& o) {
  if (!o.manifest.file.empty()) return open_manifest(loop, o);
  o.engine.one_program = is_one_program(o.items.command);
  const auto settings = std::make_shared<const job_settings>(o.job);
  // One stream of lines is read as it comes; several sources make a product and must be whole.
  const bool one_file = o.inputs.size() == 1 && o.inputs[0].files && o.inputs[0].words.size() == 1;
  const bool one_stream = one_file || (o.inputs.empty() && o.arg_files.size() <= 1);
  if (one_stream) {
    const std::string name = one_file              ? o.inputs[0].words[0]
                             : o.arg_files.empty() ? "-"
                                                   : o.arg_files[0];
    auto lines = std::make_unique<line_source>(open_lines(loop.get_executor(), name, o),
                                               make_factory(o, settings, o.items));
    line_source* const warns = lines.get();
    // Somebody who forgot ::: or < would wait for ever.
    if (name == "-" && ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0 && o.quiet == 0)
      fmt::print(stderr, "weir: reading {} from the terminal, one a line; Ctrl-D ends them\n",
                 o.items.command.empty() ? "command lines" : "items");
    return {std::move(lines), std::nullopt, warns};
  }
  std::vector<item_source> sources = read_sources(loop, o);
  item_settings items = o.items;
  if (std::exchange(items.header, false)) items.options.names = take_header(sources);
  const auto per_job = std::max<std::size_t>(items.max_args, 1);
  auto jobs = std::make_unique<tuple_source>(std::move(sources),
                                             make_factory(o, settings, std::move(items)));
  const auto total = (jobs->count() + per_job - 1) / per_job;
  return {std::move(jobs), total, nullptr};
}

}  // namespace weir::cli
