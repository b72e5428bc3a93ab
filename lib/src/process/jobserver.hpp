/// A jobserver as a run sees it: tokens to take, and notice when some may be available.
#pragma once

#include <string>
#include <utility>

#include <weir/awaitable.hpp>
#include <weir/token_pool.hpp>

#include "loop/poll_set.hpp"
#include "process/token_pipe.hpp"

namespace weir {

class jobserver final : public token_pool, private poll_set::watch {
 public:
  /// \param pipe must outlive this. \param name for people, after "held up by".
  /// \param free_jobs a client of make has a job that needs no token, since make has taken one for
  /// its recipe.
  jobserver(loop_executor loop, token_pipe& pipe, std::string name, std::size_t free_jobs)
      : set_(poll_set::of(loop)), pipe_(pipe), name_(std::move(name)), free_jobs_(free_jobs) {
    borrow(pipe.fd());
  }

  std::string_view name() const override { return name_; }
  std::size_t free_jobs() const override { return free_jobs_; }
  void report_to(inbox& to) override { inbox_ = &to; }
  bool try_take() override {
    if (pipe_.try_take()) return true;
    if (!is_started()) start(set_);
    return false;
  }
  void give_back() noexcept override { pipe_.give_back(); }

 private:
  /// Others wait for the same token: whoever comes too late asks again.
  void ready(poll_set::readiness) override {
    stop();
    inbox_->take(start_possible{});
  }

  poll_set& set_;
  token_pipe& pipe_;
  std::string name_;
  std::size_t free_jobs_;
  inbox* inbox_ = nullptr;
};

}  // namespace weir
