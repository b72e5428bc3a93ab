/// Jobs that were added to a source from outside, until it gives them.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <weir/error.hpp>
#include <weir/job_spec.hpp>
#include <weir/notice.hpp>

namespace weir {

class added_queue {
 public:
  /// To be asked before a job is made: it has a number then. \throws usage_error
  void require_room(std::size_t most) const {
    if (jobs_.size() >= most)
      throw usage_error("no room: as many added jobs wait to start as --pending-limit allows");
  }

  added_job put(job_spec job) {
    jobs_.push_back(std::move(job));
    return {jobs_.back().seq, title(jobs_.back())};
  }

  std::optional<job_spec> take() {
    if (jobs_.empty()) return std::nullopt;
    std::optional<job_spec> first = std::move(jobs_.front());
    jobs_.pop_front();
    return first;
  }

 private:
  std::deque<job_spec> jobs_;
};

}  // namespace weir
