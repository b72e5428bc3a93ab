/// Jobs that claim what memory they took in an earlier run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <weir/source.hpp>

namespace weir {

class learning_source final : public source {
 public:
  using known_peak = std::function<std::optional<std::uint64_t>(const job_spec&)>;

  /// \param known what a job took, in bytes. \param others what a job claims that is not known.
  learning_source(std::unique_ptr<source> jobs, known_peak known, std::uint64_t others)
      : jobs_(std::move(jobs)), known_(std::move(known)), others_(others) {}

  void report_to(inbox& to) override { jobs_->report_to(to); }
  awaitable<std::optional<job_spec>> next() override;
  std::vector<added_job> add_line(std::string_view line, std::size_t most) override {
    return jobs_->add_line(line, most);
  }
  void close() override { jobs_->close(); }

 private:
  using settings = std::shared_ptr<const job_settings>;

  void claim(job_spec& job, std::uint64_t bytes);

  std::unique_ptr<source> jobs_;
  known_peak known_;
  std::uint64_t others_;
  /// What was made of settings for a claim: many jobs share both.
  std::map<std::pair<settings, std::uint64_t>, settings> made_;
};

}  // namespace weir
