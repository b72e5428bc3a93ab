/// Everything that one history depends on, as plain values: drawn from a seed, shown as a few
/// lines, and made smaller by shrink().
///
/// What an attempt does is drawn from its job's own seed, so that a job does the same when others
/// are removed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <weir/job_spec.hpp>
#include <weir/outcome.hpp>

#include "batch/engine_settings.hpp"
#include "files/spool.hpp"

namespace simulation {

using std::chrono::milliseconds;
using weir::duration;

/// How an attempt reacts to being ended.
enum class reaction { obeys, ends_late, ignores_term, ignores_all };

struct piece {
  weir::output_stream which = weir::output_stream::out;
  std::size_t bytes = 0;
  milliseconds before{};  ///< since the previous piece
  std::size_t cut = 0;    ///< largest single write; 0: all at once
};

struct attempt_plan {
  std::vector<piece> writes;
  milliseconds rest{};  ///< from the last write to the end
  weir::outcome how;
  reaction to_term = reaction::obeys;
  milliseconds without_room{};  ///< before it can start
  bool leaves_process = false;
  milliseconds part_from{};   ///< when a part of it begins that is shielded from within
  milliseconds part_lasts{};  ///< 0: there is none
};

struct planned_job {
  std::uint64_t seed = 0;
  milliseconds stall{};       ///< of the input before this job
  unsigned fails_in_ten = 0;  ///< number of attempts in ten that fail
  bool writes = true;
  bool writes_much = false;    ///< more than a record writes at once
  bool is_rebel = false;       ///< may ignore signals
  bool cannot_start = false;   ///< its program is missing
  bool other_program = false;  ///< not the one that most jobs have
  bool is_added = false;       ///< from outside, while the run goes on; the input does not have it
  weir::job_settings settings;
  std::vector<weir::need> needs;
};

enum class happening {
  interrupt,
  terminate,
  quit,
  suspend,
  more_slots,
  fewer_slots,
  // What those who control the run ask for:
  set_limit,
  pause,
  cancel,
  kill,
  add,
  // What the machine does:
  memory_short,
  token_elsewhere,
  gate_closes,
  // A supervisor signals all processes, the jobs among them; weir hears it last.
  terminate_all,
};

struct world_event {
  milliseconds at{};
  happening what = happening::interrupt;
  milliseconds lasts{};      ///< until it is undone, if it ever is
  std::uint64_t number = 0;  ///< of the job, or of slots; 0 slots: no limit
};

/// make's.
struct planned_tokens {
  unsigned there = 0;         ///< 0: there is no jobserver
  unsigned free_jobs = 0;     ///< that need none
  std::uint64_t dies_at = 0;  ///< weir is killed after this many steps; 0: it is not
};

struct planned_gate {
  bool there = false;
  bool asks_again = false;  ///< it does not tell when it opens
  bool lets_one_run = false;
};

enum class reader { quick, slow, stuck, gone, full };

struct planned_sink {
  reader how = reader::quick;
  milliseconds at{};  ///< when it gets stuck, or goes away
};

/// Where output waits that its reader, or its turn, keeps waiting.
struct planned_spools {
  weir::spool_limits limits;
  bool no_directory = false;  ///< takes files: they are in memory
  std::uint64_t most_in_memory = std::uint64_t{256} << 20;
};

enum class disk_fault { none, short_writes, full, broken };

/// What is written about a run, by place among disk_contents.
enum class file_kind : std::size_t { journal, joblog, lines, table };
constexpr std::size_t file_kinds = 4;
using disk_contents = std::array<std::string, file_kinds>;

struct planned_file {
  bool kept = false;
  disk_fault fault = disk_fault::none;
  unsigned fault_at = 0;  ///< number of write calls before it
};

struct planned_journal : planned_file {
  bool synced = false;  ///< each line, before its job starts
};

/// What makes another run resume this one: by the journal, or in GNU parallel's place by the
/// joblog.
struct planned_crashes {
  std::vector<std::uint64_t> at;           ///< each after this many steps
  std::vector<std::uint64_t> amid_a_step;  ///< each before this call of the disk, from 0
  bool machine_dies = false;               ///< unsynced bytes are lost; otherwise only weir dies

  bool any() const noexcept { return !at.empty() || !amid_a_step.empty(); }
};

struct scenario {
  std::uint64_t seed = 0;
  weir::engine_settings engine;
  weir::output_mode mode = weir::output_mode::group;
  bool keep_order = false;
  bool one_output = false;  ///< 2>&1
  planned_sink out;
  planned_sink err;
  planned_spools spools;
  std::vector<planned_job> jobs;    ///< numbered 1, 2, 3, ...
  unsigned source_fails_after = 0;  ///< number of jobs; 0: it does not
  std::vector<world_event> world;
  planned_journal journal;
  planned_file joblog;
  planned_file lines;  ///< --results FILE.jsonl
  planned_file table;  ///< --results FILE.csv, as GNU parallel has it
  planned_crashes crashes;
  planned_tokens tokens;
  planned_gate gate;
  milliseconds shields_known_after{};  ///< as on another machine; 0: at once, as here
};

const planned_file& file_of(const scenario& s, file_kind kind);
scenario draw(std::uint64_t seed);
attempt_plan plan_of(const planned_job& job, unsigned attempt);
std::string describe(const scenario& s);

}  // namespace simulation
