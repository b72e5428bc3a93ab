/// No job starts while the machine is that busy (--load).
///
/// The load average of the last minute lags: it does not include jobs that have just started, and
/// stays high long after a load has gone. So what runs at this moment counts if it is more, and so
/// does each job started since the last look, as in make -l, unless it has ended since: short jobs
/// do not add up.
#pragma once

#include <string>

#include <weir/start_holder.hpp>

namespace weir {

class load_gate final : public start_holder {
 public:
  /// How long a reading is used.
  static constexpr std::chrono::milliseconds holds_for{500};

  /// \param root where proc is found, without a final slash: empty for the system's own.
  explicit load_gate(double most, std::string root = {}) : most_(most), root_(std::move(root)) {}

  std::string_view reason() const override { return reason_; }
  bool lets_one_run() const override { return true; }
  bool lets_start(const job_spec& job, time_point now) override;
  void started(const job_spec&, time_point) override { ++unseen_; }
  void ended(const job_spec&) override {
    if (unseen_ > 0) --unseen_;
  }
  std::optional<time_point> asks_again() const override { return looks_again_; }

 private:
  double most_;
  std::string root_;
  time_point looks_again_{};
  double load_ = 0;
  unsigned unseen_ = 0;  ///< started since the last look, less those that have ended
  std::string reason_;
};

}  // namespace weir
