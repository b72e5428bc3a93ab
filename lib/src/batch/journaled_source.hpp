/// Adds to jobs the key by which a journal knows them, and what it says about them.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include <weir/source.hpp>

#include "batch/resumed_needs.hpp"
#include "input/journal/journal_history.hpp"

namespace weir {

/// What happens to jobs that an earlier run left in a state other than done.
struct resume_settings {
  bool failed_again = false;
  bool unfinished_again = true;
};

class journaled_source final : public source {
 public:
  /// \param history may be empty: nothing is resumed then.
  /// \param here where weir runs, absolute; empty if not known.
  /// \param name of the journal, for people.
  journaled_source(std::unique_ptr<source> jobs, journal_history history, resume_settings settings,
                   std::string here, std::string name)
      : jobs_(std::move(jobs)),
        history_(std::move(history)),
        settings_(settings),
        here_(std::move(here)),
        name_(std::move(name)),
        known_(history_.ended() + history_.unfinished()),
        added_(history_.take_added()) {}

  /// Jobs that are looked at before the journal is taken for one of other jobs.
  static constexpr std::uint64_t enough_to_tell = 100;
  /// Reports once that the first of these jobs, or all of the input, were not in the history, which
  /// is not empty; and passes on reports of the jobs' own source.
  void report_to(inbox& to) override;

  awaitable<std::optional<job_spec>> next() override;
  std::vector<added_job> add_line(std::string_view line, std::size_t most) override {
    return jobs_->add_line(line, most);
  }
  /// What did not come yet is neither missed nor made any more.
  void close() override {
    added_.clear();
    looks_for_strangers_ = false;
    jobs_->close();
  }

 private:
  awaitable<std::optional<job_spec>> next_known();
  void add_again();
  earlier_run decide(earlier_run earlier) const;
  void look_for_strangers(bool all);
  std::string text_about_strangers(bool all) const;

  std::unique_ptr<source> jobs_;
  journal_history history_;
  resumed_needs needs_;
  resume_settings settings_;
  std::string here_;
  std::string name_;
  inbox* inbox_ = nullptr;
  std::uint64_t known_;          ///< jobs in the history
  std::uint64_t strangers_ = 0;  ///< jobs that were read and are not in it
  bool looks_for_strangers_ = true;
  /// What was added in the earlier run, with its number there, and is not yet here.
  std::deque<std::pair<std::uint64_t, std::string>> added_;
  std::uint64_t given_ = 0;  ///< jobs
};

}  // namespace weir
