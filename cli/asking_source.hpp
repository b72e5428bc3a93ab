/// Asks at the terminal before each job whether it is to run (xargs -p).
///
/// The question comes when the job could start at once: the output of earlier jobs has been seen by
/// then.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <weir/source.hpp>

#include "loop/completion.hpp"
#include "loop/nonblocking.hpp"
#include "loop/owned_fd.hpp"
#include "run_judge.hpp"

namespace weir::cli {

class asking_source final : public source {
 public:
  /// \param limit of jobs at once; nullopt: no limit. \param judge reports the ends of jobs.
  /// \throws io_error if there is no terminal.
  asking_source(const loop_executor& loop, std::unique_ptr<source> jobs,
                std::optional<std::size_t> limit, run_judge& judge);

  awaitable<std::optional<job_spec>> next() override;
  void close() override;

 private:
  awaitable<> wait_for_place();
  awaitable<bool> ask(const job_spec& job);

  std::unique_ptr<source> jobs_;
  std::optional<std::size_t> limit_;
  owned_fd terminal_;
  nonblocking answers_;
  std::size_t under_way_ = 0;
  std::uint64_t seq_ = 0;
  completion freed_;
  std::string typed_;  ///< typed answers that were not used yet
  bool closed_ = false;
};

}  // namespace weir::cli
