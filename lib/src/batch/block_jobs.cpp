#include "batch/block_jobs.hpp"

#include <utility>

namespace weir {

std::optional<job_spec> block_jobs::next() {
  std::optional<std::string> block = blocks_.next();
  if (!block) return std::nullopt;
  std::optional<job_spec> job = jobs_.take({});
  auto settings = std::make_shared<job_settings>(*settings_);
  settings->input = block_input{std::move(*block), {}};
  job->settings = std::move(settings);
  return job;
}

}  // namespace weir
