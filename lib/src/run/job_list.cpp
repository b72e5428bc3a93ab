#include <weir/run.hpp>

#include <utility>

#include "loop/completion.hpp"

namespace weir {

struct job_list::waiting {
  completion something;  ///< a job was added, or none will be
};

job_list::job_list(job_settings settings)
    : settings_(std::make_shared<const job_settings>(std::move(settings))),
      reader_(std::make_unique<waiting>()) {}

job_list::~job_list() = default;

std::uint64_t job_list::add(argument_list argv) {
  return add(std::move(argv), settings_);
}

std::uint64_t job_list::add(argument_list argv, std::shared_ptr<const job_settings> settings) {
  job_spec& job = jobs_.emplace_back();
  job.seq = ++added_;
  job.argv = std::move(argv);
  job.settings = std::move(settings);
  reader_->something.complete();
  return job.seq;
}

void job_list::finish() {
  finished_ = true;
  reader_->something.complete();
}

awaitable<std::optional<job_spec>> job_list::next() {
  while (jobs_.empty() && !finished_) {
    reader_->something.reset();
    co_await reader_->something.wait();
  }
  if (jobs_.empty()) co_return std::nullopt;
  std::optional<job_spec> first = std::move(jobs_.front());
  jobs_.pop_front();
  co_return first;
}

void job_list::close() {
  jobs_.clear();
  finish();
}

}  // namespace weir
