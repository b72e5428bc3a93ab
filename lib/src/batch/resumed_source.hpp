/// Jobs of which an earlier run has ended some, by their numbers: those do not run again.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <weir/source.hpp>

namespace weir {

class resumed_source final : public source {
 public:
  /// \param ended by number, from 1; jobs beyond its end run.
  resumed_source(std::unique_ptr<source> jobs, std::vector<bool> ended)
      : jobs_(std::move(jobs)), ended_(std::move(ended)) {}

  void report_to(inbox& to) override { jobs_->report_to(to); }
  awaitable<std::optional<job_spec>> next() override;
  void close() override { jobs_->close(); }

 private:
  std::unique_ptr<source> jobs_;
  std::vector<bool> ended_;
};

}  // namespace weir
