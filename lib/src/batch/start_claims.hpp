/// A job may start when its claims fit in with those of the running jobs.
///
/// It knows nothing of the machine: the capacity is passed in. A job that claims more than that
/// runs when no other does. Of GPUs it cannot: such a job is not held up, and whoever runs jobs
/// refuses it.
#pragma once

#include <string>

#include "batch/start_gate.hpp"
#include "values/claims_account.hpp"

namespace weir {

class start_claims final : public start_holder {
 public:
  /// \param capacity of memory or CPUs, 0: not known, and anything fits.
  explicit start_claims(const resource_claims& capacity) : account_(capacity) {}

  std::string_view reason() const override { return reason_; }
  bool lets_one_run() const override { return true; }
  bool lets_start(const job_spec& job, time_point now) override;
  void started(const job_spec& job, time_point) override { account_.take(job.settings->claims); }
  void ended(const job_spec& job) override { account_.give_back(job.settings->claims); }

 private:
  claims_account account_;
  std::string reason_;
};

}  // namespace weir
