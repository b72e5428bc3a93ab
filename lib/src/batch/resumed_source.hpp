/// Jobs some of which ended in an earlier run: those do not run again.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "batch/forwarding_source.hpp"

namespace weir {

class resumed_source final : public forwarding_source {
 public:
  resumed_source(std::unique_ptr<source> jobs, std::function<bool(const job_spec&)> has_ended)
      : forwarding_source(std::move(jobs)), has_ended_(std::move(has_ended)) {}

  awaitable<std::optional<job_spec>> next() override;

 private:
  std::function<bool(const job_spec&)> has_ended_;
};

}  // namespace weir
