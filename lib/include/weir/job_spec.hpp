/// One command line to run, with its settings: what a source yields and an executor runs.
///
/// It is plain data, small enough that ten thousand of them may wait: what many jobs have in common
/// (job_settings) is shared, and the arguments are one block (argument_list).
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

/// What a job reads: nothing (/dev/null), the bytes of a file, a text, what weir itself would, or
/// a block of a stream.
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
/// Through a pipe, in which a job may leave what it does not read. Whoever runs such jobs ignores
/// SIGPIPE.
struct block_input {
  std::string bytes;        ///< these come first
  std::string file;         ///< and then a range of this file, which is not copied; empty: none
  std::uint64_t from = 0;   ///< its first byte
  std::uint64_t to = 0;     ///< the byte behind its last
  bool whole = false;       ///< not a pipe, but a file of these bytes, which can be read anywhere
  std::string opened_as{};  ///< what to open in place of `file`, which is for people; empty: that
  bool operator==(const block_input&) const = default;
};
/// A share of a stream that other jobs read, too; as block_input, but it comes while the job runs,
/// once.
struct stream_input {
  std::shared_ptr<block_stream> stream;
  bool operator==(const stream_input&) const = default;
};
using job_input =
    std::variant<no_input, file_input, text_input, inherited_input, block_input, stream_input>;

/// When and how often a failed attempt is made again.
struct retry_settings {
  unsigned times = 0;           ///< further attempts after the first
  duration backoff{};           ///< before the second attempt; doubled for each further one
  duration longest_backoff{};   ///< of the doubling; 0: 5 minutes, or backoff if that is longer
  std::vector<int> exit_codes;  ///< unless all_failures: those that are tried again
  bool on_timeout = true;       ///< the same for a timeout
  bool all_failures = true;     ///< retry whatever failed
  bool operator==(const retry_settings&) const = default;
};

enum class output_stream { out, err };

/// How the output of a job reaches weir's own; see report/output.hpp.
enum class output_mode {
  group,  ///< in one piece, when the job ends
  line,   ///< whole lines, as they come
  raw,    ///< not captured: the job inherits weir's stdout and stderr
};

/// The outcome of a needed job that lets its dependents run.
enum class need_on { success, failure, always };

/// "success", "failure", "always": the word in a manifest.
std::string_view to_string(need_on on);

/// A job that must have ended before this one starts.
struct need {
  std::uint64_t seq = 0;  ///< of the needed job; always less than the needing job's own
  need_on on = need_on::success;
  /// Of the needs of a job with the same number, one has to be met; 0: this one has to be met.
  std::uint32_t any_of = 0;
  bool operator==(const need&) const = default;
};

/// What becomes of the processes that a job leaves running when it ends by itself and has not
/// failed. What any other job leaves is ended with it.
enum class leftover_rule {
  leave,  ///< they are left, in whatever way the run ends
  end,    ///< they end with the run
  fail,   ///< the job fails, and they are ended
};

/// "leave", "end", "fail": the word in a manifest.
std::string_view to_string(leftover_rule rule);

/// What a job is said to need of its machine while it runs; nothing is held to it.
struct resource_claims {
  std::uint64_t memory = 0;  ///< bytes
  double cpus = 0;
  bool operator==(const resource_claims&) const = default;
};

/// What the process of a job has otherwise than weir's own; see weir/process_settings.hpp.
struct process_settings;

/// What jobs have in common. Shared between them, never changed once a job refers to it.
struct job_settings {
  bool shield = false;                    ///< stopping waits for it
  std::optional<duration> timeout;        ///< of one attempt, from its start; none: no limit
  std::optional<duration> close_timeout;  ///< from TERM to KILL; none: the run's
  retry_settings retry;
  std::vector<std::pair<std::string, std::optional<std::string>>> env;  ///< set, or (nullopt) unset
  std::string dir;  ///< working directory; empty: weir's own
  job_input input;
  std::vector<int> ok{0};                               ///< exit codes that are success
  std::vector<int> skip;                                ///< exit codes that count as skipped
  bool allow_failure = false;                           ///< a failure of it does not fail the run
  int priority = 0;                                     ///< higher starts first
  unsigned weight = 1;                                  ///< slots it takes, at least 1
  std::vector<std::pair<std::string, unsigned>> pools;  ///< units taken from each named pool
  resource_claims claims;                               ///< 0: none
  std::optional<output_mode> output;                    ///< none: the run's
  std::optional<leftover_rule> leftovers;               ///< none: the run's
  std::shared_ptr<const process_settings> process;      ///< null: nothing
  /// What runs a job alone again when its name is put right behind it, as a word of a shell:
  /// "weir --file=F --only="; empty: nothing does.
  std::string again;
  bool operator==(const job_settings&) const = default;
};

/// Where the number of the slot ({%}) goes: it is known only when the job starts.
struct slot_mark {
  std::uint32_t argument = 0;  ///< index into argv
  std::uint32_t offset = 0;    ///< byte in that argument before which the number is inserted
  bool operator==(const slot_mark&) const = default;
};

/// What a job is known by from one run to the next; see input/journal/job_key.hpp.
using job_key = std::array<std::uint8_t, 16>;

/// What the journal of an earlier run, which is resumed, says of a job.
enum class earlier_run : std::uint8_t {
  unknown,            ///< nothing: it runs
  succeeded,          ///< it does not run again
  failed,             ///< it does not run again
  skipped,            ///< by its exit code; it does not run again
  unfinished,         ///< it had started and has no end; it does not run again
  failed_again,       ///< it had failed, and runs again
  interrupted_again,  ///< it had started and has no end, and runs again
  elsewhere,          ///< it is of another part of the run, and nothing is told of it here
};

/// Whether a job of which that is known runs.
constexpr bool runs(earlier_run earlier) {
  return earlier == earlier_run::unknown || earlier == earlier_run::failed_again ||
         earlier == earlier_run::interrupted_again;
}

/// A script as it was written, with its placeholders, and where argv has it as a shell runs it.
struct written_script {
  std::string text;
  std::uint32_t argument = 0;  ///< index into argv
  /// argv with the items in the script, and no variables, where the shell certainly does the same
  /// with that; else empty. Null: there is no such form.
  std::function<std::vector<std::string>(const argument_list& argv, std::uint32_t argument)>
      inlined{};
};

struct job_spec {
  std::uint64_t seq = 0;              ///< from 1, in the order of the source: {#}, WEIR_SEQ
  argument_list argv;                 ///< never empty when it reaches an executor
  std::vector<slot_mark> slot_marks;  ///< in rising order
  std::shared_ptr<const written_script> script;  ///< of a script with placeholders; else null
  std::string name;                              ///< given by a manifest; else empty
  std::string text;  ///< command line for people when it is not shell_quote(argv); else empty
  std::string tag;   ///< what --tag puts before each line of output
  /// What it was made for, with blanks between several; kept when a record asks.
  std::optional<std::string> item;
  std::shared_ptr<const job_settings> settings;  ///< never null when it reaches an engine
  std::vector<need> needs;                       ///< jobs that must end first
  job_key key{};                                 ///< set when a journal is kept
  earlier_run earlier = earlier_run::unknown;
  std::shared_ptr<const outcome> earlier_end;  ///< how it ended then; null: exit 0, or not at all
  std::string refused;  ///< why no process may run for it: then it fails, alone; else empty
};

/// The command line as people see it, copyable into a shell: `text`, else the quoted arguments.
std::string command_text(const job_spec& job);

/// Arguments that do what argv does, as people can read them: items stand in their script where
/// that is certain to be the same. \param argv the job's, or what with_slot() made of it.
std::vector<std::string> readable_arguments(const job_spec& job, const argument_list& argv);

/// What names the job in one short line: its name, else its command line.
std::string title(const job_spec& job);

/// Puts the slot's number where the marks say. Without marks argv is returned as it is.
argument_list with_slot(const job_spec& job, unsigned slot);

}  // namespace weir
