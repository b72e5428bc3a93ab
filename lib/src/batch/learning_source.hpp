/// Jobs that claim what memory they took in an earlier run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "batch/forwarding_source.hpp"

namespace weir {

class learning_source final : public forwarding_source {
 public:
  using known_peak = std::function<std::optional<std::uint64_t>(const job_spec&)>;

  /// \param known what a job took, in bytes. \param others what a job claims that is not known.
  learning_source(std::unique_ptr<source> jobs, known_peak known, std::uint64_t others)
      : forwarding_source(std::move(jobs)), known_(std::move(known)), others_(others) {}

  awaitable<std::optional<job_spec>> next() override;

 private:
  using settings = std::shared_ptr<const job_settings>;

  void claim(job_spec& job, std::uint64_t bytes);

  known_peak known_;
  std::uint64_t others_;
  /// What was made of settings for a claim: many jobs share both.
  std::map<std::pair<settings, std::uint64_t>, settings> made_;
};

}  // namespace weir
