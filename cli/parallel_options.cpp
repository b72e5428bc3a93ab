#include "parallel_options.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <weir/error.hpp>
#include <weir/version.hpp>

#include "dialects/parallel.hpp"
#include "environment_variable.hpp"
#include "file_conflicts.hpp"
#include "files/temporary_file.hpp"
#include "input/exported_functions.hpp"
#include "input/result_tree.hpp"
#include "parallel_judge.hpp"
#include "parallel_profile.hpp"
#include "process/cpu_count.hpp"
#include "report/records/formats.hpp"
#include "resumed_joblog.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

parallel_surroundings surroundings() {
  std::string shell = environment_variable("PARALLEL_SHELL");
  if (shell.empty()) shell = environment_variable("SHELL");
  return {shell.empty() ? "/bin/sh" : shell, environment_variable("PARALLEL"),
          exported_functions(environ)};
}

/// \param option --number-of-sockets, --number-of-cores, or another. Taken from the kernel's
/// topology; if that is not visible, and for threads, the number used by default.
unsigned number_of(std::string_view option) {
  const bool of_threads = option.ends_with("threads");
  const char* const id = option.ends_with("sockets") ? "physical_package_id" : "core_cpus_list";
  std::set<std::string> distinct;
  for (unsigned cpu = 0; !of_threads; ++cpu) {
    std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/" + id);
    std::string value;
    if (!std::getline(file, value)) break;
    distinct.insert(value);
  }
  return distinct.empty() ? cpu_count() : static_cast<unsigned>(distinct.size());
}

void leave_if_asked(const parallel_request& request) {
  if (request.help)
    throw print_and_leave{request.semaphore.wanted ? semaphore_help() : parallel_help()};
  const std::string spoken = std::to_string(parallel_version);
  if (request.version)
    throw print_and_leave{"GNU parallel " + spoken + " (emulated by weir " +
                          std::string(weir::version) + ")\n"};
  if (request.has_nothing_to_do) throw print_and_leave{""};
  if (!request.longest_line.empty()) throw print_and_leave{request.longest_line + '\n'};
  if (!request.counted.empty())
    throw print_and_leave{std::to_string(number_of(request.counted)) + '\n'};
  if (request.semaphore.lists) throw print_and_leave{list_holders(request.semaphore.id)};
  if (request.least_version == 0) return;
  if (request.least_version > parallel_version)
    throw usage_error("--minversion: " + std::to_string(request.least_version) +
                      " is required, but only " + spoken + " is supported");
  throw print_and_leave{spoken + '\n'};
}

std::vector<const char*> argv_of(const std::vector<std::string>& words) {
  std::vector<const char*> argv{"weir"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return argv;
}

/// For a semaphore's command.
void settle_semaphore(options& o, const semaphore_request& semaphore) {
  o.job.input = inherited_input{};
  o.dialect.gate =
      std::make_shared<semaphore_gate>(semaphore, o.engine.limit, escape(o.items.command.front()));
  o.engine.limit = 1;
}

const record_format& results_format() {
  return **std::ranges::find(record_formats(), std::string_view("--results"),
                             [](const record_format* each) { return each->option; });
}

/// For --files without --results.
std::string new_directory(const options& o) {
  std::string path = (o.tmpdir.empty() ? usable_temporary_directory() : o.tmpdir) + "/parXXXXXX";
  if (::mkdtemp(path.data()) == nullptr) throw io_error(errno, escape(path));
  return path + "/{#}/";
}

/// With results, GNU parallel prints no output, and with --files, where it is.
void settle_results(options& o, const parallel_records& records) {
  if (records.results.ends_with(".jsonl") || o.dry_run) return;
  std::string path = records.results;
  if (path.empty() && records.names_files) path = new_directory(o);
  if (path.empty()) return;
  if (o.output.mode == output_mode::raw)
    throw usage_error(std::string(records.names_files ? "--files" : "--results") +
                      ": raw output is not captured: expected --group or --line-buffer");
  o.items.results = path;
  if (records.results.empty() || is_result_table(path)) {
    o.records.push_back({&results_format(), path});
    check_files(o);
  }
  o.output.silent = true;
  o.output.names_results = records.names_files;
}

/// The number that -j refers to: as requested, or weir's own count.
unsigned cpus_of(const parallel_machine& machine, unsigned cpus) {
  if (machine.cpus > 0) return machine.cpus;
  return machine.counted.empty() ? cpus : number_of(machine.counted);
}

/// Jobs run where ssh begins, or in --workdir; -j is of each host.
void settle_hosts(options& o) {
  o.cluster.remote_dir = o.job.dir.empty() ? "." : std::exchange(o.job.dir, {});
  if (o.given.limit.empty()) return;
  for (place& each : o.cluster.places)
    if (!each.slots && o.engine.limit) each.slots = static_cast<unsigned>(*o.engine.limit);
  o.engine.limit.reset();
}

options options_of(std::span<const std::string> words, unsigned cpus, parallel_surroundings around,
                   std::string program) {
  std::vector<std::string> notes;
  around.profile = [&](const std::string& option, const std::string& name) {
    parallel_profile profile = read_profile(option, name);
    // GNU parallel goes on silently without it.
    if (!profile.found)
      notes.push_back(program + ": " + option + ": " + escape(name) +
                      ": not found in ~/.parallel, nor as a path");
    return std::move(profile.text);
  };
  const parallel_request request = read_parallel(words, around);
  leave_if_asked(request);
  const std::vector<const char*> argv = argv_of(request.words);
  options o = parse_options(static_cast<int>(argv.size()), argv.data(),
                            cpus_of(request.machine, cpus), request.machine.spoken);
  o.items.missing_are_empty = true;
  o.items.options.fills_lines = !request.semaphore.wanted;
  if (o.blocks) o.blocks->drops_blank_lines = request.skips_space;
  if (request.machine.is_elsewhere()) settle_hosts(o);
  o.items.shows_line = o.dry_run || request.records.shows_lines();
  o.output.shows_line = request.records.lines_in_output;
  o.output.last_attempt = o.job.retry.times > 0;
  settle_results(o, request.records);
  resume(o, request.records, around.shell);
  if (request.fills_none) o.items.options.append_items = false;
  o.joins_lines = request.joins_lines;
  o.skips_space = request.skips_space;
  if (request.many != many_items::joined) o.items.options.many = request.many;
  if (request.is_argv) o.items.options.form = template_form::argv;
  o.output.tag_ends_line = false;
  if (!request.shows_progress) {
    o.quiet = 2;
    o.progress = progress_when::never;
  }
  o.dialect.percents = request.shows_progress;
  o.ci = ci_kind::none;
  o.dialect.notes = std::move(notes);
  o.dialect.program = std::move(program);
  o.dialect.hangup_drains = true;
  // All jobs fail, however many there are: the exit status counts them.
  o.engine.end_hopeless = false;
  o.dialect.judge = std::make_shared<parallel_judge>(
      o.engine.halt, request.semaphore.wanted, !request.shows_progress,
      request.machine.is_elsewhere(), o.items.options.syntax.facts);
  if (request.semaphore.wanted) settle_semaphore(o, request.semaphore);
  return o;
}

}  // namespace

options parallel_options_of(std::span<const std::string> words, unsigned cpus) {
  return options_of(words, cpus, surroundings(), "parallel");
}

options sem_options_of(std::span<const std::string> words, unsigned cpus) {
  parallel_surroundings around = surroundings();
  around.called_sem = true;
  return options_of(words, cpus, around, "sem");
}

bool is_called_by_bats(std::span<const char* const> words) {
  if (environment_variable("BATS_ROOT_PID").empty() && environment_variable("BATS_ROOT").empty())
    return false;
  const auto end = std::ranges::find(words, std::string_view("--"),
                                     [](const char* word) { return std::string_view(word); });
  return end != words.end() && end + 1 != words.end() &&
         std::string_view(*(end + 1)).ends_with("bats-exec-file");
}

}  // namespace weir::cli
