#include "resumed_joblog.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <utility>

#include <weir/error.hpp>

#include "dialects/joblog_history.hpp"
#include "report/records/result_tree_files.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

/// Replaces the command of a job that was refused because of its item: it fails again.
constexpr std::string_view refused = "exit 126";

/// An incomplete last line, left by a run that was killed, does not count: its job runs again.
joblog_history read(const std::string& path) {
  joblog_history history;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file && errno == ENOENT) return history;
  const std::string name = "--joblog: " + escape(path);
  if (!file) throw usage_error(name + ": cannot be read: " + std::strerror(errno));
  std::uint64_t number = 1;
  const auto refuse = [&](const std::string& line) {
    throw usage_error(name + ": line " + std::to_string(number) +
                      " is not a joblog line: expected nine columns separated by tabs, found " +
                      '"' + escape_and_clip(line, 60) + '"');
  };
  std::string line;
  for (; std::getline(file, line) && !file.eof(); ++number)
    if (!history.take(line)) refuse(line);
  // It will be cut off, so the file must not be anything else.
  if (number == 1 && !joblog_history::heading.starts_with(line)) refuse(line);
  if (file.bad()) throw usage_error(name + ": cannot be read: " + std::strerror(errno));
  return history;
}

std::function<bool(const job_spec&)> by_number(std::vector<bool> ended) {
  return [ended = std::move(ended)](const job_spec& job) {
    return job.seq <= ended.size() && ended[job.seq - 1];
  };
}

/// The commands keep their numbers: ":" stands for each one that does not run.
input_group commands_of(const joblog_history& history) {
  input_group group;
  group.words.resize(history.ended(false).size(), ":");
  for (const auto& [seq, command] : history.failed())
    group.words[seq - 1] = command.empty() ? std::string(refused) : command;
  return group;
}

void take_failed(options& o, const joblog_history& history, const std::string& shell) {
  item_settings items;
  items.tag = o.items.tag;
  items.shows_line = o.items.shows_line;
  items.keep_item = o.items.keep_item;
  items.results = o.items.results;
  o.items = items;
  o.arg_files.clear();
  o.inputs = {commands_of(history)};
  o.shell = shell;
  std::vector<bool> ended(history.ended(false).size(), true);
  for (const auto& each : history.failed()) ended[each.first - 1] = false;
  o.dialect.has_ended = by_number(std::move(ended));
}

}  // namespace

void resume(options& o, const parallel_records& wanted, const std::string& shell) {
  o.dialect.keeps_records = wanted.keeps_joblog;
  if (wanted.resume == parallel_resume::all) {
    if (wanted.keeps_joblog) read(wanted.joblog);
    return;
  }
  if (wanted.joblog.empty()) {
    o.dialect.has_ended = has_result_in_tree;
    return;
  }
  const joblog_history history = read(wanted.joblog);
  if (history.ended(false).empty()) {
    o.dialect.keeps_records = false;  // what is in them is of jobs that run again, or of others
    return;
  }
  o.dialect.knows = history.knows();
  if (wanted.resume == parallel_resume::failed)
    take_failed(o, history, shell);
  else
    o.dialect.has_ended = by_number(history.ended(wanted.resume == parallel_resume::unsuccessful));
}

}  // namespace weir::cli
