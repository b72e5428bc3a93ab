/// Everything that one history of a run with workers depends on, as plain values: drawn from a
/// seed, shown as a few lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/job_spec.hpp>
#include <weir/outcome.hpp>

#include "batch/stop_machine.hpp"

namespace simulation::workers {

using std::chrono::milliseconds;
using weir::duration;

/// How a worker's start goes.
enum class beginning {
  well,
  fails,         ///< its command ends, with a status
  wrong_words,   ///< what comes is no greeting
  says_nothing,  ///< for ever
};

struct planned_worker {
  beginning start = beginning::well;
  milliseconds after{};           ///< until it greets, or fails
  unsigned slots = 1;             ///< as it says
  std::optional<unsigned> given;  ///< as the run was told
  std::vector<std::string> labels;
  bool shares = false;         ///< it is on the same machine as the others that do
  bool is_far = false;         ///< signals reach only the command that connects it, like ssh's
  milliseconds latency{};      ///< of the network
  std::int64_t hours_off = 0;  ///< its clock
};

struct planned_job {
  std::uint64_t seed = 0;
  unsigned fails_in_ten = 0;  ///< number of attempts in ten that fail
  std::size_t most_output = 0;
  milliseconds longest{};     ///< without what it writes
  bool ignores_term = false;  ///< in one attempt of two
  bool has_parts = false;     ///< shielded from within, in one attempt of two
  weir::job_settings settings;
};

struct piece {
  weir::output_stream which = weir::output_stream::out;
  std::size_t bytes = 0;
  milliseconds before{};
};

/// What an attempt does, wherever it runs, and however often.
struct attempt_plan {
  std::vector<piece> writes;
  milliseconds rest{};
  weir::outcome how;
  bool ignores_term = false;
  milliseconds obeys_after{};
  milliseconds without_room{};
  milliseconds part_from{};
  milliseconds part_lasts{};  ///< 0: none

  /// TERM ends it before anything else is done about it.
  bool obeys() const { return !ignores_term && part_lasts == milliseconds{}; }
};

enum class happening {
  worker_dies,
  worker_is_drained,
  network_stalls,
  connection_dies,  ///< the command that connects a far worker
  interrupt,
  terminate,
  quit,
  suspend,
  set_limit,
  weir_dies,
};

struct world_event {
  milliseconds at{};
  happening what = happening::interrupt;
  milliseconds lasts{};
  std::uint64_t number = 0;  ///< of the worker, from 0; or the limit, 0: none
};

struct plan {
  std::uint64_t seed = 0;
  std::vector<planned_worker> workers;
  std::vector<planned_job> jobs;  ///< numbered 1, 2, 3, ...
  std::vector<world_event> world;
  std::optional<std::size_t> limit;
  unsigned node_retries = 2;
  weir::output_mode mode = weir::output_mode::group;
  bool keep_order = false;
  bool slow_reader = false;
  duration close_timeout{};
  weir::stop_settings stop;
};

/// Jobs and streams are told apart by single bytes, of which there are so many.
constexpr std::size_t most_jobs = 24;

plan draw(std::uint64_t seed);
attempt_plan plan_of(const planned_job& job, unsigned attempt);
std::string describe(const plan& p);

}  // namespace simulation::workers
