/// A job may start when there is a token for it.
///
/// It counts: tokens are requested only when a job could start, and returned as soon as fewer jobs
/// run than there are tokens for. Where they come from is the pool's business.
#pragma once

#include <cstddef>

#include <weir/token_pool.hpp>

#include "batch/start_gate.hpp"

namespace weir {

class start_tokens final : public start_holder {
 public:
  /// \param pool must outlive this.
  explicit start_tokens(token_pool& pool) : pool_(pool) {}

  std::string_view reason() const override { return pool_.name(); }
  /// The last of a gate's holders, so that no token lies idle while another holder says no.
  bool lets_start(const job_spec&, time_point) override {
    if (running_ < allowed()) return true;
    if (!pool_.try_take()) return false;
    ++taken_;
    return true;
  }
  void started(const job_spec&, time_point) override { ++running_; }
  void ended(const job_spec&) override {
    --running_;
    for (; taken_ > 0 && running_ < allowed(); --taken_) pool_.give_back();
  }

 private:
  std::size_t allowed() const { return taken_ + pool_.free_jobs(); }

  token_pool& pool_;
  std::size_t running_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace weir
