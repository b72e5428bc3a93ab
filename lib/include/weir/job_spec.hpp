/// One command line to run, with its settings: what a source produces and an executor runs.
///
/// It is plain data, and small, since ten thousand of them may be waiting: settings that many jobs
/// have in common (job_settings) are shared, and the arguments are one block (argument_list).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <weir/argument_list.hpp>
#include <weir/outcome.hpp>

namespace weir {

class block_stream;

using duration = std::chrono::nanoseconds;

/// A job's standard input: nothing (/dev/null), a file, a text, weir's own standard input, or a
/// block of a stream.
struct no_input {
  bool operator==(const no_input&) const = default;
};
struct file_input {
  std::string path;  ///< relative to the job's directory
  bool operator==(const file_input&) const = default;
};
struct text_input {
  std::string text;
  bool operator==(const text_input&) const = default;
};
struct inherited_input {
  bool operator==(const inherited_input&) const = default;
};
/// A block, written to a pipe; the job need not read all of it. A program that runs such jobs must
/// ignore SIGPIPE.
struct block_input {
  std::string bytes;        ///< these first
  std::string file;         ///< then a range of this file, which is not copied; empty: none
  std::uint64_t from = 0;   ///< its first byte
  std::uint64_t to = 0;     ///< one past its last byte
  bool whole = false;       ///< instead of a pipe, a seekable file of these bytes
  std::string opened_as{};  ///< what to open instead of `file`, which is for display; empty: `file`
  bool operator==(const block_input&) const = default;
};
/// A share of a stream that other jobs read too: like block_input, but it arrives while the job
/// runs, and only once.
struct stream_input {
  std::shared_ptr<block_stream> stream;
  bool operator==(const stream_input&) const = default;
};
using job_input =
    std::variant<no_input, file_input, text_input, inherited_input, block_input, stream_input>;

/// When and how often a failed attempt is retried.
struct retry_settings {
  unsigned times = 0;          ///< attempts after the first one
  duration backoff{};          ///< before the second attempt; doubled for each one after that
  duration longest_backoff{};  ///< upper bound of the doubling; 0: 5 minutes, or backoff if that is
                               ///< longer
  std::vector<int> exit_codes;  ///< unless all_failures: the exit codes that are retried
  bool on_timeout = true;       ///< unless all_failures: whether a timeout is retried
  bool all_failures = true;     ///< retry any failure
  bool operator==(const retry_settings&) const = default;
};

enum class output_stream { out, err };

/// How the output of a job gets to weir's own.
enum class output_mode {
  group,  ///< in one piece, when the job ends
  line,   ///< line by line, as it is written
  raw,    ///< not captured: the job inherits weir's stdout and stderr
};

/// Which outcome of a needed job lets its dependents run.
enum class need_on { success, failure, always };

/// The word for it in a manifest: "success", "failure", "always".
std::string_view to_string(need_on on);

/// A job that must end before this one starts.
struct need {
  std::uint64_t seq = 0;  ///< of the needed job; always less than that of the job that needs it
  need_on on = need_on::success;
  /// Of a job's needs with the same number, one must be met; 0: this need must be met.
  std::uint32_t any_of = 0;
  bool operator==(const need&) const = default;
};

/// What happens to processes that a job leaves running when it ends by itself and has not failed.
/// Those of any other job are ended with it.
enum class leftover_rule {
  leave,  ///< they are left alone, however the run ends
  end,    ///< they end with the run
  fail,   ///< the job fails and they are ended
};

/// The word for it in a manifest: "leave", "end", "fail".
std::string_view to_string(leftover_rule rule);

/// What a job is expected to take of the machine while it runs. Not enforced on the job itself.
struct resource_claims {
  std::uint64_t memory = 0;  ///< bytes
  double cpus = 0;
  unsigned gpus = 0;    ///< that are the job's own
  bool learns = false;  ///< memory is what the job took in an earlier run
  bool operator==(const resource_claims&) const = default;
};

/// Files that go with a job to another machine and come back from it. Paths are relative to the
/// job's directory, here as there; a directory stands for all that is in it.
struct carried_files {
  std::vector<std::string> sent;      ///< before it starts
  std::vector<std::string> returned;  ///< after it ended; not needed if it failed
  bool cleanup = false;               ///< there, what was sent and returned is removed afterwards
  bool operator==(const carried_files&) const = default;
};

/// How a job's process differs from weir's own; see weir/process_settings.hpp.
struct process_settings;

/// Settings that jobs share. Never changed once a job refers to them.
struct job_settings {
  bool shield = false;                    ///< a stop waits for it
  std::optional<duration> timeout;        ///< for each attempt, from its start; none: no limit
  std::optional<duration> close_timeout;  ///< from SIGTERM to SIGKILL; none: the run's
  retry_settings retry;
  std::vector<std::pair<std::string, std::optional<std::string>>> env;  ///< set, or (nullopt) unset
  std::string dir;  ///< working directory; empty: weir's own
  job_input input;
  std::vector<int> ok{0};                               ///< exit codes that are success
  std::vector<int> skip;                                ///< exit codes that count as skipped
  bool allow_failure = false;                           ///< its failure does not fail the run
  int priority = 0;                                     ///< higher starts first
  unsigned weight = 1;                                  ///< slots it takes, at least 1
  std::vector<std::pair<std::string, unsigned>> pools;  ///< units taken from each named pool
  resource_claims claims;                               ///< 0: none
  std::optional<output_mode> output;                    ///< none: the run's
  std::optional<leftover_rule> leftovers;               ///< none: the run's
  std::shared_ptr<const process_settings> process;      ///< null: nothing
  carried_files files;                                  ///< if it runs on another machine
  std::string on;  ///< the label of the workers that may run it; empty: any
  /// Followed by the job's name, quoted for a shell, this is the command that runs the job again by
  /// itself: "weir --file=F --only="; empty: there is none. For a job without a name, what has to
  /// precede its files and its command line: "weir --on=ssh:alpha".
  std::string again;
  bool operator==(const job_settings&) const = default;
};

/// Where the slot number ({%}) goes; it is known only when the job starts.
struct slot_mark {
  std::uint32_t argument = 0;  ///< index into argv
  std::uint32_t offset = 0;    ///< byte offset in that argument at which the number is inserted
  bool operator==(const slot_mark&) const = default;
};

/// Identifies a job across runs; see input/journal/job_key.hpp.
using job_key = std::array<std::uint8_t, 16>;

/// What the journal of the run being resumed says about a job.
enum class earlier_run : std::uint8_t {
  unknown,            ///< nothing: it runs
  succeeded,          ///< it does not run again
  failed,             ///< it does not run again
  skipped,            ///< by its exit code; it does not run again
  unfinished,         ///< it started but did not end; it does not run again
  failed_again,       ///< it failed, and runs again
  interrupted_again,  ///< it started but did not end, and runs again
  succeeded_again,    ///< it succeeded, and runs again because a job that it needs does
  skipped_again,      ///< by its exit code; the same
  elsewhere,          ///< it belongs to another shard, and is not reported here
};

/// Whether a job with this history runs.
constexpr bool runs(earlier_run earlier) {
  return earlier == earlier_run::unknown || earlier == earlier_run::failed_again ||
         earlier == earlier_run::interrupted_again || earlier == earlier_run::succeeded_again ||
         earlier == earlier_run::skipped_again;
}

/// A script as it was written, with its placeholders, and where argv holds the form that runs.
struct written_script {
  std::string text;
  std::uint32_t argument = 0;  ///< index into argv
  /// Returns argv with the items placed in the script instead of in variables, if the shell is
  /// certain to treat that the same; otherwise empty. Null: there is no such form.
  std::function<std::vector<std::string>(const argument_list& argv, std::uint32_t argument)>
      inlined{};
};

struct job_spec {
  std::uint64_t seq = 0;              ///< from 1, in the order of the source: {#}, WEIR_SEQ
  argument_list argv;                 ///< not empty once it reaches an executor
  std::vector<slot_mark> slot_marks;  ///< in ascending order
  std::shared_ptr<const written_script> script;  ///< if it is a script with placeholders; else null
  std::string name;                              ///< from a manifest; else empty
  std::string text;  ///< command line for display if not shell_quote(argv); else empty
  std::string tag;   ///< what --tag puts before each line of output; a NUL in it is the slot
  /// The item it was made for; several are separated by spaces. Kept only if a record needs it.
  std::optional<std::string> item;
  std::shared_ptr<const job_settings> settings;  ///< not null once it reaches the engine
  std::vector<need> needs;                       ///< jobs that must end first
  job_key key{};                                 ///< set if a journal is kept
  earlier_run earlier = earlier_run::unknown;
  bool added = false;  ///< while the run went on, by weir ctl add
  std::shared_ptr<const outcome>
      earlier_end;      ///< how it ended then; null: with exit 0, or not at all
  std::string refused;  ///< why it must not run: it then fails, alone; else empty
};

/// The command line for display, ready to paste into a shell: `text`, else the quoted arguments.
std::string command_text(const job_spec& job);

/// Arguments equivalent to argv, but readable: items are placed in their script where that is
/// certain to mean the same. \param argv the job's, or the result of with_slot().
std::vector<std::string> readable_arguments(const job_spec& job, const argument_list& argv);

/// A one-line title for the job: its name, else its command line.
std::string title(const job_spec& job);

/// Inserts the slot number at the marks. Without marks, returns argv unchanged.
argument_list with_slot(const job_spec& job, unsigned slot);

}  // namespace weir
