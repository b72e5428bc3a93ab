/// What else a start may have to wait for: make's tokens, in a real pipe, of which another client
/// takes some now and then; and a machine that wants no more jobs for a while.
#pragma once

#include <cstddef>
#include <optional>

#include <weir/start_holder.hpp>
#include <weir/token_pool.hpp>

#include "process/token_pipe.hpp"
#include "simulation/scenario.hpp"
#include "simulation/simulated_clock.hpp"

namespace simulation {

class simulated_tokens final : public weir::token_pool {
 public:
  simulated_tokens(const planned_tokens& plan, simulated_clock& clock);

  std::string_view name() const override { return "make's tokens"; }
  std::size_t free_jobs() const override { return plan_.free_jobs; }
  void report_to(weir::inbox& to) override { inbox_ = &to; }
  bool try_take() override;
  void give_back() noexcept override;

  /// The other client takes one, if there is any, for so long.
  void take_elsewhere(milliseconds how_long);
  /// weir is killed: the process in front gives back what was taken.
  void die();

  /// How many the run has.
  std::size_t taken() const noexcept { return taken_; }
  /// Whether one could be taken, and the run knows.
  bool are_there() const noexcept { return taken_ + elsewhere_ < plan_.there && !telling_; }
  /// Whether the pipe holds what the run and the other client do not have.
  bool are_conserved(std::size_t taken) const;

 private:
  void tell();

  planned_tokens plan_;
  simulated_clock& clock_;
  weir::token_pipe pipe_;
  weir::token_pipe others_;
  weir::inbox* inbox_ = nullptr;
  std::size_t taken_ = 0;
  std::size_t elsewhere_ = 0;
  bool wanted_ = false;
  bool telling_ = false;  ///< the loop has not seen it yet
  bool dead_ = false;
};

class simulated_gate final : public weir::start_holder {
 public:
  simulated_gate(const planned_gate& plan, simulated_clock& clock) : plan_(plan), clock_(clock) {}

  std::string_view reason() const override { return "the machine"; }
  bool lets_one_run() const override { return plan_.lets_one_run; }
  void report_to(weir::inbox& to) override { inbox_ = &to; }
  bool lets_start(const weir::job_spec&, time_point now) override;
  std::optional<time_point> asks_again() const override { return again_; }

  void close(milliseconds how_long);
  bool is_closed() const noexcept { return closed_ > 0; }
  /// Closed, or not yet asked again.
  bool holds_up(time_point now) const { return is_closed() || (again_ && now <= *again_); }

 private:
  planned_gate plan_;
  simulated_clock& clock_;
  weir::inbox* inbox_ = nullptr;
  std::optional<time_point> again_;
  unsigned closed_ = 0;  ///< times
};

}  // namespace simulation
