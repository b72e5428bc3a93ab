/// Asks a command before each start whether a job may start (--gate).
///
/// It is an attempt of the executor like a job's, but not part of the run: nothing counts it. Its
/// exit code is the answer: 0 go, 1 wait, 2 stop the run; any other is an error, and stops it, too.
/// An answer is valid for one start.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <weir/awaitable.hpp>
#include <weir/executor.hpp>
#include <weir/start_holder.hpp>

namespace weir {

class gate_command final : public start_holder {
 public:
  /// How long a "wait" is valid.
  static constexpr std::chrono::seconds holds_for{1};

  /// \param runner must outlive this and what it runs. \param command for /bin/sh.
  /// \param reason what people are told that jobs wait for.
  gate_command(loop_executor loop, executor& runner, std::string command, std::string reason);
  ~gate_command() override;

  std::string_view reason() const override { return reason_; }
  void report_to(inbox& to) override { to_ = &to; }
  bool lets_start(const job_spec& job, time_point now) override;
  void started(const job_spec&, time_point) override { answer_ = answer::none; }
  std::optional<time_point> asks_again() const override;

  /// The run is over: ends the command being asked. \param then is called when nothing runs any
  /// more.
  void end(std::function<void()> then);

 private:
  enum class answer { none, asked, go, wait, stop };
  class said;

  void ask();
  void hear(const attempt_result& result);
  void refuse(const std::string& why);

  loop_executor loop_;
  executor& executor_;
  const std::string command_;
  std::string reason_;
  std::function<void()> at_end_;
  job_spec job_;
  std::unique_ptr<said> said_;
  running_attempt* running_ = nullptr;
  inbox* to_ = nullptr;
  answer answer_ = answer::none;
  time_point now_{};    ///< of the last question for a start
  time_point again_{};  ///< when to ask again after `wait`
};

}  // namespace weir
