/// What a run and its workers say to each other: a struct for each kind of frame that carries more
/// than its kind, and the one description by which it is written and read.
///
/// The run numbers attempts, and never reuses a number with the same worker. Messages carry no
/// clock times: the other machine's clock may be off by a year. Times are durations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/event.hpp>
#include <weir/executor.hpp>
#include <weir/job_spec.hpp>

#include "cluster/frame.hpp"
#include "cluster/job_wire.hpp"
#include "cluster/tree_entry.hpp"
#include "cluster/wire.hpp"
#include "process/control_group_jobs.hpp"
#include "values/gpu_pool.hpp"

namespace weir {

template <>
struct wire_enum<ending> {
  static constexpr auto last = ending::kill;
};
template <>
struct wire_enum<entry_kind> {
  static constexpr auto last = entry_kind::link;
};
template <>
struct wire_enum<control_group_use> {
  static constexpr auto last = control_group_use::never;
};

/// Jobs' output is sent in pieces of at most this size, and a worker's frame is hardly longer.
constexpr std::size_t most_output_piece = 64 * 1024;
constexpr std::size_t most_worker_body = 4 * most_output_piece;
/// Arguments and text for stdin; the kernel accepts 2 MB of the former.
constexpr std::size_t most_run_body = 80U << 20;
/// A job's output that may be in transit; after that, it waits for credit.
constexpr std::uint64_t output_window = 256 * 1024;
/// What a worker may have read already when it has to wait: nobody sends more than that beyond the
/// window.
constexpr std::uint64_t window_excess = 512 * 1024;

struct hello_message {
  std::string node;        ///< its host's name
  std::string allocation;  ///< Slurm's number for the job; empty if none
  std::uint32_t slots = 1;
  std::int64_t pid = 0;
  std::uint64_t memory = 0;      ///< bytes that its jobs may use; 0: not known
  std::uint64_t milli_cpus = 0;  ///< thousandths of a CPU that its jobs may use; 0: not known
  visible_gpus gpus;

  static void pass(auto& wire, auto& m) {
    wire(m.node, m.allocation, m.slots, m.pid, m.memory, m.milli_cpus, m.gpus);
  }
};

struct setup_message {
  std::string version;
  std::string node;  ///< WEIR_NODE; empty: the name the worker gave itself
  std::string dir;   ///< where jobs run; empty: in the worker's directory
  duration close_timeout{};
  duration wait_timeout{};
  duration term_timeout{};  ///< for shielded jobs, if the run is lost
  leftover_rule leftovers = leftover_rule::leave;
  control_group_use control_groups = control_group_use::automatic;
  std::string slot_variable;
  std::vector<std::string> files;  ///< that come with the first job, for all of them
  duration beat{};                 ///< each side says something at least that often
  duration silence{};              ///< a run silent for this long has gone

  static void pass(auto& wire, auto& m) {
    wire(m.version, m.node, m.dir, m.close_timeout, m.wait_timeout, m.term_timeout, m.leftovers,
         m.control_groups, m.slot_variable, m.files, m.beat, m.silence);
  }
};

struct start_message {
  std::uint64_t id = 0;
  unsigned attempt = 1;
  unsigned slot = 1;
  std::optional<duration> timeout;
  bool live = false;  ///< output is wanted as it arrives
  std::string gpus;   ///< that are the job's, as "0,2"
  job_spec job;       ///< without its settings: those of the last settings frame apply

  static void pass(auto& wire, auto& m) {
    wire(m.id, m.attempt, m.slot, m.timeout, m.live, m.gpus, m.job);
  }
};

/// The same without a copy of the job, for writing.
struct start_reference {
  std::uint64_t id;
  unsigned attempt;
  unsigned slot;
  std::optional<duration> timeout;
  bool live;
  const std::string& gpus;
  const job_spec& job;

  static void pass(auto& wire, auto& m) { start_message::pass(wire, m); }
};

/// A piece of output; the bytes are valid as long as the body is.
struct output_message {
  std::uint64_t id = 0;
  std::string_view bytes;

  static void pass(auto& wire, auto& m) { wire(m.id, m.bytes); }
};

struct entry_message {
  std::uint64_t id = 0;
  tree_entry entry;
  bool cleanup = false;  ///< it is removed when the attempt is over, also if it does not start

  static void pass(auto& wire, auto& m) { wire(m.id, m.entry, m.cleanup); }
};
/// Of leave and drop.
struct attempt_message {
  std::uint64_t id = 0;
  static void pass(auto& wire, auto& m) { wire(m.id); }
};

struct ended_message {
  std::uint64_t id = 0;
  outcome how;
  duration took{};
  duration ago{};  ///< since its end
  resource_usage usage;
  bool leaked = false;
  std::uint64_t bytes = 0;
  std::shared_ptr<const group_usage> group;

  static void pass(auto& wire, auto& m) {
    wire(m.id, m.how, m.took, m.ago, m.usage, m.leaked, m.bytes, m.group);
  }
};

/// An attempt that is handed back: not begun, or terminated by whoever terminates the worker.
struct returned_message {
  std::uint64_t id = 0;
  bool begun = false;
  static void pass(auto& wire, auto& m) { wire(m.id, m.begun); }
};
struct end_message {
  std::uint64_t id = 0;
  ending how = ending::terminate;
  static void pass(auto& wire, auto& m) { wire(m.id, m.how); }
};
struct credit_message {
  std::uint64_t id = 0;
  std::uint64_t bytes = 0;
  static void pass(auto& wire, auto& m) { wire(m.id, m.bytes); }
};
struct clean_message {
  std::uint64_t id = 0;
  bool arrived = false;  ///< what the attempt returned has, and is not needed any more
  static void pass(auto& wire, auto& m) { wire(m.id, m.arrived); }
};
struct limit_message {
  std::uint64_t id = 0;
  duration from_start{};
  static void pass(auto& wire, auto& m) { wire(m.id, m.from_start); }
};
struct end_shields_message {
  std::uint64_t id = 0;
  bool known = false;  ///< the run knew of a shield on this worker when it decided
  static void pass(auto& wire, auto& m) { wire(m.id, m.known); }
};
struct shield_message {
  std::uint64_t id = 0;
  bool there = false;
  static void pass(auto& wire, auto& m) { wire(m.id, m.there); }
};
struct room_message {
  bool missing = false;
  static void pass(auto& wire, auto& m) { wire(m.missing); }
};
/// For refused and told.
struct text_message {
  std::string text;
  static void pass(auto& wire, auto& m) { wire(m.text); }
};
struct stuck_message {
  process_stuck process;
  static void pass(auto& wire, auto& m) { wire(m.process); }
};
struct finish_message {
  bool unknown_too = false;
  duration grace{};
  static void pass(auto& wire, auto& m) { wire(m.unknown_too, m.grace); }
};
struct left_message {
  leftovers all;
  static void pass(auto& wire, auto& m) { wire(m.all); }
};

/// Appends the frame.
template <typename Message>
void append_message(std::string& to, frame_kind kind, const Message& message) {
  const std::size_t at = open_frame(to, kind);
  wire_writer wire(to);
  Message::pass(wire, message);
  close_frame(to, at);
}

/// \returns nullopt for anything that is not exactly such a message.
template <typename Message>
std::optional<Message> read_message(std::string_view body) {
  std::optional<Message> message(std::in_place);
  wire_reader wire(body);
  Message::pass(wire, *message);
  if (!wire.is_whole()) message.reset();
  return message;
}

/// Settings have their own frame: most jobs share them.
struct settings_message {
  job_settings common;
  static void pass(auto& wire, auto& m) { wire(m.common); }
};

}  // namespace weir
