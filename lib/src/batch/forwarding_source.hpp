/// A source that changes the jobs of another one: passes on everything else.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/source.hpp>

namespace weir {

class forwarding_source : public source {
 public:
  explicit forwarding_source(std::unique_ptr<source> jobs) : jobs_(std::move(jobs)) {}

  void report_to(inbox& to) override { jobs_->report_to(to); }
  std::vector<added_job> add_line(std::string_view line, std::size_t most) override {
    return jobs_->add_line(line, most);
  }
  void close() override { jobs_->close(); }

 protected:
  std::unique_ptr<source> jobs_;
};

}  // namespace weir
