/// The lines of a journal: what happened in a run, one JSON object each.
///
/// {"type":"run","v":1,"run":"5f0c...","at":TIME,"pid":N,"resumed":false,"weir":"0.1.0","dir":DIR,
///   "crc":"..."}
/// {"type":"start","run":ID,"at":TIME,"key":UUID,"seq":N,"attempt":1,"slot":1,"name":..,
///   "command":..,"argv":[..],"dir":..,"again":"failed"|"unfinished","crc":"..."}
/// {"type":"placed","run":ID,"at":TIME,"key":UUID,"seq":N,"attempt":1,"node":"a","crc":"..."}
/// {"type":"lost","run":ID,"at":TIME,"key":UUID,"seq":N,"attempt":1,"node":"a","why":..,"crc":"..."}
/// {"type":"end","run":ID,"at":TIME,"key":UUID,"seq":N,"attempt":1,"slot":1,"verdict":"succeeded",
///   "final":true,"outcome":"exited","code":0,"seconds":0.001,"user":..,"system":..,"max_rss":BYTES,
///   "bytes":BYTES,"cgroup":{"memory_peak":BYTES,"user":..,"system":..,"read":BYTES,"written":BYTES,
///   "oom_kills":N},"node":"a","crc":"..."}
/// {"type":"control","run":ID,"at":TIME,"command":"limit 4","crc":"..."}
/// {"type":"control","run":ID,"at":TIME,"command":"add ...","line":LINE,"seq":N,"crc":"..."}
/// {"type":"finish","run":ID,"at":TIME,"succeeded":N,..,"stopped":REASON,
///   "held":[{"by":..,"such_as":..,"seconds":..,"most":N}],"crc":"..."}
///
/// `crc` is CRC-32 (ISO-HDLC, as in zlib and PNG) of all bytes before `,"crc":`, so that damage is
/// never taken for a record. Readers ignore unknown members. Values of the environment are never
/// written.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <weir/event.hpp>

namespace weir {

/// The version written, and the only one read: in another, the same words may mean other things.
inline constexpr std::int64_t journal_version = 1;

/// How every journal begins.
inline constexpr std::string_view journal_beginning = R"({"type":"run","v":1,)";

/// Appends lines of one run to a text.
class journal_lines {
 public:
  using time = std::chrono::system_clock::time_point;

  /// \param run the run's id.
  explicit journal_lines(std::string run) : run_(std::move(run)) {}

  /// What is empty is not known.
  struct run_facts {
    std::string_view dir = {};      ///< the directory weir runs in
    std::string_view command = {};  ///< weir's own command line, for people
    std::string_view repeat = {};   ///< job_settings::again of a manifest's jobs
  };

  void add_run(std::string& to, time at, std::int64_t pid, bool resumed,
               const run_facts& facts) const;
  void add_start(std::string& to, time at, const attempt_started& e) const;
  /// Where an attempt runs if weir does not run it itself; and that it was lost there, and may be
  /// placed again.
  void add_placed(std::string& to, time at, const attempt_placed& e) const;
  void add_lost(std::string& to, time at, const attempt_lost& e) const;
  /// An attempt that failed and will be repeated.
  void add_end(std::string& to, time at, const attempt_failed& e) const;
  void add_end(std::string& to, time at, const job_ended& e) const;
  void add_control(std::string& to, time at, const controlled& e) const;
  void add_left(std::string& to, time at, const process_left& e) const;
  /// \param held a JSON array of what held up starts; empty: nothing did.
  /// \param floor the least max_rss that the run can have told (own_memory.hpp); 0: not known.
  void add_finish(std::string& to, time at, const tally& jobs, std::string_view stopped,
                  std::string_view held = {}, std::uint64_t floor = 0) const;

 private:
  std::string run_;
};

/// When it was, as lines have it; nullopt: it is not valid.
std::optional<std::chrono::system_clock::time_point> time_in_journal(const std::string& at);

/// What a reader needs from a line.
struct journal_entry {
  enum class kind { run, start, placed, lost, end, control, left, finish };
  kind what = kind::run;
  std::string run;
  std::int64_t version = 0;  ///< of a run
  std::int64_t pid = 0;      ///< of a run, or of a process left running
  std::string at;            ///< RFC 3339
  bool resumed = false;      ///< a run that continued the one before
  std::string dir;           ///< of a run: where; of a start: the job's own; empty: unknown
  job_key key{};             ///< of start and end
  std::string again;         ///< of a start: why it runs again
  std::string name;          ///< of a start, like the next two: as in job_spec
  std::string command;       ///< also of a run, and of a process left running
  argument_list argv;
  std::string repeat;     ///< of a run: job_settings::again of its jobs
  std::string line;       ///< of a control: a job that was added
  std::uint64_t seq = 0;  ///< of start and end, of that job, and of who left a process
  unsigned slot = 0;      ///< of start and end
  unsigned attempt = 0;   ///< of start and end; 0: the job never ran
  bool last = false;      ///< of an end: the job is not retried
  verdict judged = verdict::not_started;
  outcome how;                               ///< of an end
  std::chrono::nanoseconds took{};           ///< of an end
  resource_usage usage;                      ///< of an end
  std::shared_ptr<const group_usage> group;  ///< of an end; null: it had no control group
  std::uint64_t bytes = 0;                   ///< of an end
  bool leaked = false;                       ///< of an end
  std::string node;                          ///< of an end: where it ran; empty: here
  std::string stopped;                       ///< of a finish: why, or empty
  std::uint64_t floor = 0;                   ///< of a finish: add_finish()

  /// What starts were held up by.
  struct wait {
    std::string by;  ///< in full, as it was at first
    std::chrono::nanoseconds took{};
    std::size_t most = 0;  ///< jobs that waited at once
  };
  std::vector<wait> held;  ///< of a finish

  /// Of a start, for people; not escaped.
  std::string title() const;
  /// When; nullopt if `at` is not a valid time.
  std::optional<std::chrono::system_clock::time_point> time() const;
};

/// \param line without its newline.
/// \returns nullopt if it is damaged, or not a line of a journal.
std::optional<journal_entry> parse_journal_line(std::string_view line);

}  // namespace weir
