#include "xargs_options.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <unistd.h>

#include <weir/version.hpp>

#include "batch/exec_limits.hpp"
#include "dialects/xargs.hpp"
#include "dialects/xargs_jobs.hpp"
#include "xargs_judge.hpp"

namespace weir::cli {

namespace {

/// POSIX: bytes reserved for what a program's own children add to the environment.
constexpr std::size_t headroom = 2048;
constexpr std::size_t least_arg_max = 4096;

std::size_t bytes_of_environment() {
  std::size_t bytes = 0;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each)
    bytes += std::strlen(*each) + 1;
  return bytes;
}

xargs_limits limits_here() {
  const long most = ::sysconf(_SC_ARG_MAX);
  const std::size_t all = most > 0 ? static_cast<std::size_t>(most) : least_arg_max;
  return {all - std::min(all, bytes_of_environment() + headroom), limits_of_jobs().all};
}

std::string limits_text(const xargs_request& request, const xargs_limits& limits) {
  constexpr std::size_t usual = std::size_t{128} << 10;
  const std::size_t environment = bytes_of_environment();
  const auto line = [](std::string_view what, std::size_t number) {
    return std::string(what) + std::to_string(number);
  };
  const std::size_t usable = limits.most_chars - std::min(limits.most_chars, environment);
  const std::size_t used = std::min(request.max_chars.value_or(usual), limits.most_chars);
  return line("Your environment variables take up ", environment) + " bytes\n" +
         line("POSIX upper limit on argument length (this system): ", limits.most_chars) +
         line("\nPOSIX smallest allowable upper limit on argument length (all systems): ",
              least_arg_max) +
         line("\nMaximum length of command we could actually use: ", usable) +
         line("\nSize of command buffer we are actually using: ", used) +
         "\nMaximum parallelism (--max-procs must be no greater): 2147483647";
}

std::vector<std::string> notes_on(const xargs_request& request, const xargs_limits& limits) {
  std::vector<std::string> notes;
  for (const std::string& warning : request.warnings) notes.push_back("xargs: warning: " + warning);
  if (request.max_chars.value_or(0) > limits.most_chars)
    notes.push_back("xargs: value " + std::to_string(*request.max_chars) +
                    " for -s option should be <= " + std::to_string(limits.most_chars));
  if (request.shows_limits) notes.push_back(limits_text(request, limits));
  return notes;
}

job_input input_of(const xargs_request& request) {
  if (request.opens_terminal) return file_input{"/dev/tty"};
  const bool own = !request.arg_file.empty() && request.arg_file != "-";
  return own ? job_input(inherited_input{}) : no_input{};
}

/// A single job at a time cannot tear anything: as in xargs, it gets weir's own stdout, which may
/// be a terminal.
output_mode output_of(const xargs_request& request) {
  const bool one = request.max_procs == 1 || request.asks || request.opens_terminal;
  return one ? output_mode::raw : output_mode::group;
}

}  // namespace

options xargs_options_of(std::span<const std::string> words, unsigned cpus) {
  const xargs_request request = read_xargs(words);
  if (request.help) throw print_and_leave{xargs_help("xargs")};
  if (request.version) throw print_and_leave{"xargs (weir) " + std::string(weir::version) + '\n'};
  const xargs_limits limits = limits_here();
  options o;
  o.cpus = cpus;
  if (!request.arg_file.empty()) o.arg_files = {request.arg_file};
  o.empty_is_fine = true;
  if (request.max_procs > 0) o.engine.limit = request.max_procs;
  o.job.input = input_of(request);
  o.output.mode = output_of(request);
  o.progress = progress_when::never;
  o.quiet = 2;
  o.ci = ci_kind::none;
  o.echo = request.prints && !request.asks;
  const auto judge = std::make_shared<xargs_judge>();
  o.dialect.program = "xargs";
  o.dialect.judge = judge;
  o.dialect.slot_variable = request.slot_variable;
  o.dialect.slots_by_signals = true;
  o.dialect.asks = request.asks;
  o.dialect.notes = notes_on(request, limits);
  const auto settings = std::make_shared<const job_settings>(o.job);
  o.dialect.parser = std::make_shared<xargs_jobs>(request, limits, settings);
  o.dialect.parser->on_warning = [judge](const std::string& text) {
    judge->say("warning: " + text);
  };
  return o;
}

}  // namespace weir::cli
