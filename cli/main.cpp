/// weir: runs many command lines at once, bounded and drained.
///
/// A table of contents: this file says what is done, and in what order; the other files say how.
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "command_check.hpp"
#include "command_choice.hpp"
#include "ctl.hpp"
#include "exit_status.hpp"
#include "files/standard_streams.hpp"
#include "job_tokens.hpp"
#include "keeper.hpp"
#include "language.hpp"
#include "later_report.hpp"
#include "manifest_input.hpp"
#include "options.hpp"
#include "process/cpu_count.hpp"
#include "run.hpp"
#include "run_settings.hpp"
#include "signals.hpp"
#include "worker.hpp"

namespace {

using namespace weir;

cli::language spoken;

/// Which call found no free descriptor does not help anybody to fix it.
std::string words_for(const std::exception& error) {
  const auto* const failed = dynamic_cast<const std::system_error*>(&error);
  rlimit open_files{};
  if (failed == nullptr || failed->code() != std::errc::too_many_files_open ||
      ::getrlimit(RLIMIT_NOFILE, &open_files) != 0)
    return error.what();
  return "out of file descriptors: at most " + std::to_string(open_files.rlim_cur) +
         " may be open (ulimit -n), expected 16 or more besides those already open: raise "
         "the limit";
}

/// For messages before there is a loop to write with.
int complain(const std::exception& error, int status) {
  std::fprintf(stderr, "%s: %s\n", spoken.program.c_str(), words_for(error).c_str());
  return spoken.status_of_error(status);
}

/// As with a run's output, what --help and --dry-run print must not be lost silently.
int print(const std::string& text, const standard_streams& streams) {
  errno = streams.broken(STDOUT_FILENO);
  const bool printed =
      errno == 0 && std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return printed ? cli::exit_success : complain(io_error(errno, "stdout"), cli::exit_io);
}

/// For the handler of signals that arrive before there is a run.
const cli::kept* kept_here = nullptr;

void end_before_the_run(int signal) {
  kept_here->leave_by(signal);
}

void end_in_disorder(int) {
  kept_here->leave_in_disorder(cli::exit_io);
}

/// Signals can still end us here: the reader of stderr may be stuck.
[[noreturn]] void fail(const std::exception& error, int status, const cli::signals& signals,
                       const cli::kept& kept) {
  const cli::ends_at_once while_it_is_told(signals, end_in_disorder);
  kept.leave_in_disorder(complain(error, status));
}

/// Ends the process: the kernel reclaims memory and descriptors faster than destructors would.
[[noreturn]] void go(const cli::options& options, const standard_streams& streams,
                     cli::signals& signals, const cli::kept& kept) {
  try {
    kept_here = &kept;
    if (options.cluster.worker) kept.leave(cli::be_worker(options, signals, kept));
    const cli::run_end end = options.dry_run
                                 ? cli::dry_run(options, streams, signals)
                                 : cli::run(options, streams, signals, kept, end_before_the_run);
    if (options.dialect.gate) options.dialect.gate->leave();
    if (const int signal = cli::signal_to_die_by(end)) kept.leave_by(signal);
    const auto& judge = options.dialect.judge;
    kept.leave(judge ? judge->status(end) : cli::exit_status(end));
  } catch (const usage_error& error) {
    fail(error, cli::exit_usage, signals, kept);
  } catch (const std::exception& error) {
    fail(error, cli::exit_io, signals, kept);
  }
}

/// Takes neither a command nor a file: its jobs arrive one by one.
[[noreturn]] void be_worker(const cli::options& options, const standard_streams& streams) {
  cli::check_worker();
  cli::signals signals;
  const cli::kept kept = cli::divide(signals, nullptr);
  go(options, streams, signals, kept);
}

}  // namespace

int main(int argc, char** argv) {
  const auto streams = open_standard_streams();
  try {
    if (cli::is_ctl(argc, argv)) return cli::ctl(argc, argv);
    if (cli::is_later_report(argc, argv)) return cli::later_report(argc, argv);
    spoken = cli::language_of(argc, argv);
    cli::options options = cli::understand(spoken, argc, argv, cpu_count());
    if (options.cluster.worker) be_worker(options, streams);
    if (const int error = streams.broken(STDIN_FILENO);
        error != 0 && cli::uses_of_stdin(options) > 0)
      throw io_error(error, "stdin");
    cli::refuse_null_input(options);
    cli::check_command(options);
    if (options.manifest.check || options.manifest.graph)
      return print(cli::inspect_manifest(options), streams);
    if (const auto note = cli::note_on_command(options); note && !options.quiet)
      std::fprintf(stderr, "weir: %s\n", note->c_str());
    cli::take_on(options);
    if (const auto& gate = options.dialect.gate; gate && !options.dry_run)
      if (const auto status = gate->enter()) return *status;
    cli::opened_tokens tokens = options.dry_run ? cli::opened_tokens{} : cli::open_tokens(options);
    if (!tokens.note.empty() && !options.quiet)
      std::fprintf(stderr, "weir: %s\n", tokens.note.c_str());
    cli::signals signals;
    const cli::kept kept = options.dry_run
                               ? cli::kept{::getpid()}
                               : cli::divide(signals, tokens.pipe ? &*tokens.pipe : nullptr);
    go(options, streams, signals, kept);
  } catch (const cli::print_and_leave& words) {
    return print(words.text, streams);
  } catch (const usage_error& error) {
    return complain(error, cli::exit_usage);
  } catch (const std::exception& error) {
    return complain(error, cli::exit_io);
  }
}
