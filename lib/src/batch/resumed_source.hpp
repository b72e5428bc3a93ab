/// Jobs some of which ended in an earlier run: those do not run again.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <weir/source.hpp>

namespace weir {

class resumed_source final : public source {
 public:
  resumed_source(std::unique_ptr<source> jobs, std::function<bool(const job_spec&)> has_ended)
      : jobs_(std::move(jobs)), has_ended_(std::move(has_ended)) {}

  void report_to(inbox& to) override { jobs_->report_to(to); }
  awaitable<std::optional<job_spec>> next() override;
  std::vector<added_job> add_line(std::string_view line, std::size_t most) override {
    return jobs_->add_line(line, most);
  }
  void close() override { jobs_->close(); }

 private:
  std::unique_ptr<source> jobs_;
  std::function<bool(const job_spec&)> has_ended_;
};

}  // namespace weir
