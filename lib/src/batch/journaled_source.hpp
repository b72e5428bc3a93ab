/// Jobs with the key that a journal knows them by, and what it says of them.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <weir/source.hpp>

#include "input/journal/journal_history.hpp"

namespace weir {

/// What becomes of jobs that an earlier run left in another state than done.
struct resume_settings {
  bool failed_again = false;
  bool unfinished_again = true;
};

class journaled_source final : public source {
 public:
  /// \param history may be empty: nothing is resumed then.
  /// \param here where weir runs, absolute; empty if it is not known.
  journaled_source(std::unique_ptr<source> jobs, journal_history history, resume_settings settings,
                   std::string here)
      : jobs_(std::move(jobs)),
        history_(std::move(history)),
        settings_(settings),
        here_(std::move(here)) {}

  awaitable<std::optional<job_spec>> next() override;
  void close() override { jobs_->close(); }

 private:
  earlier_run decide(earlier_run earlier) const;

  std::unique_ptr<source> jobs_;
  journal_history history_;
  resume_settings settings_;
  std::string here_;
};

}  // namespace weir
