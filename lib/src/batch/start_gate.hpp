/// May a job start now, and if not, what is it waiting for?
///
/// The scheduler hands out slots, weights and pools; a job that has those comes here. The gate asks
/// its holders (the pause between two starts, room for processes; others can be added), keeps jobs
/// that have to wait in order, and lets them through one by one. Time is passed in and nothing is
/// done here: the engine has the clock, the timer and the coroutines.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include <weir/process_settings.hpp>
#include <weir/start_holder.hpp>

#include "batch/job_life.hpp"
#include "loop/completion.hpp"

namespace weir {

/// Keeps two starts at least this far apart.
class start_pause final : public start_holder {
 public:
  explicit start_pause(duration pause) : pause_(pause) {}

  std::string_view reason() const override { return "--delay"; }
  bool lets_start(const job_spec&, time_point now) override { return now >= next_; }
  void started(const job_spec&, time_point now) override { next_ = now + pause_; }
  std::optional<time_point> asks_again() const override { return next_; }

 private:
  duration pause_;
  time_point next_{};
};

/// Whoever controls the run wants nothing to start.
class start_stop final : public start_holder {
 public:
  std::string_view reason() const override { return "weir ctl pause"; }
  bool lets_start(const job_spec&, time_point) override { return !paused_; }
  void set_paused(bool paused) noexcept { paused_ = paused; }

 private:
  bool paused_ = false;
};

/// Those that have waited here go by a limit that came meanwhile: their slots are of the one
/// before.
class start_limit final : public start_holder {
 public:
  std::string_view reason() const override { return "the limit"; }
  bool lets_one_run() const override { return true; }
  bool lets_start(const job_spec& job, time_point) override {
    return !limit_ || running_ + job.settings->weight <= *limit_;
  }
  void started(const job_spec& job, time_point) override { running_ += job.settings->weight; }
  void ended(const job_spec& job) override { running_ -= job.settings->weight; }
  /// None: no limit, or one that never changed, which the slots say.
  void set(std::optional<std::uint64_t> limit) noexcept { limit_ = limit; }

 private:
  std::optional<std::uint64_t> limit_;
  std::uint64_t running_ = 0;  ///< their weights
};

/// A job that has the terminal runs alone.
class start_alone final : public start_holder {
 public:
  std::string_view reason() const override { return "a job with the terminal"; }
  bool lets_start(const job_spec& job, time_point) override {
    return running_ == 0 || (alone_ == 0 && !is_alone(job));
  }
  void started(const job_spec& job, time_point) override { count(job, 1); }
  void ended(const job_spec& job) override { count(job, -1); }

 private:
  static bool is_alone(const job_spec& job) {
    const auto& process = job.settings->process;
    return process && process->foreground;
  }
  void count(const job_spec& job, int by) {
    running_ += by;
    if (is_alone(job)) alone_ += by;
  }

  int running_ = 0;
  int alone_ = 0;
};

/// Room for another process, as reported by the executor.
class start_room final : public start_holder {
 public:
  std::string_view reason() const override { return "lack of room for processes"; }
  bool lets_start(const job_spec&, time_point) override { return !missing_; }
  void set_missing(bool missing) noexcept { missing_ = missing; }

 private:
  bool missing_ = false;
};

class start_gate {
 public:
  using time_point = start_holder::time_point;

  /// A job at the gate, for as long as it waits.
  struct turn {
    job_record& job;
    completion over{};    ///< completes when the job may go on, or may not start any more
    bool passed = false;  ///< it has started
  };

  /// \param holder must outlive the gate. They are asked in the order in which they were added.
  void add(start_holder& holder) { holders_.push_back(&holder); }

  /// Whether a job may start at once, without overtaking any that waits; if so, it counts as
  /// started.
  bool pass(const job_spec& job, time_point now);
  /// After pass() has said no. \param one must stay valid until its `over` completes.
  void wait(turn& one) { waiting_.push_back(&one); }
  /// Lets through the jobs that may start by now.
  void open(time_point now);
  /// Ends the wait of jobs that may not start any more.
  void send_away(const std::function<bool(const job_record&)>& may_not_start);
  /// A job that has passed no longer runs. That may let waiting jobs start: see open.
  void ended(const job_spec& job);

  std::size_t waiting() const noexcept { return waiting_.size(); }
  /// What the waiting jobs are held up by; empty if none waits.
  std::string_view held_by() const noexcept;
  /// When to call open again; nullopt: not before something changes.
  std::optional<time_point> asks_again() const;

 private:
  /// The first holder that says no; null if none does.
  start_holder* holder_of(const job_spec& job, time_point now) const;
  void start(const job_spec& job, time_point now);

  std::vector<start_holder*> holders_;
  std::deque<turn*> waiting_;
  std::size_t running_ = 0;                ///< jobs that have passed
  const start_holder* held_by_ = nullptr;  ///< as of the last time they were asked; set if any wait
};

}  // namespace weir
