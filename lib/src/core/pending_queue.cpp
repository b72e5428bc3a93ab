#include <weir/detail/admission.hpp>

namespace weir::detail {

namespace {
/// Empty buckets are kept up to here, so that steady use of few priorities does not allocate.
constexpr std::size_t kept_buckets = 32;
}  // namespace

job_node* pending_queue::bucket::front() const noexcept {
  job_node* const first = fifo.front();
  if (moved.empty()) return first;
  job_node* const other = moved.begin()->second;
  return first == nullptr || other->id < first->id ? other : first;
}

job_node* pending_queue::front() const noexcept {
  for (auto& [priority, jobs] : others_) {
    if (priority < 0 && !normal_.empty()) break;
    if (!jobs.empty()) return jobs.front();
  }
  return normal_.front();
}

pending_queue::bucket& pending_queue::bucket_of(int priority) {
  return priority == 0 ? normal_ : others_[priority];
}

void pending_queue::push(job_node& job, bool by_age) {
  bucket& jobs = bucket_of(job.priority);
  job.moved = by_age;
  if (by_age)
    jobs.moved.emplace(job.id, &job);
  else
    jobs.fifo.push_back(job);
  ++size_;
}

void pending_queue::bucket::remove(job_node& job) noexcept {
  if (!job.moved) return job.unlink();
  moved.erase(job.id);
}

void pending_queue::remove(job_node& job) noexcept {
  --size_;
  if (job.priority == 0) return normal_.remove(job);
  const auto found = others_.find(job.priority);
  found->second.remove(job);
  if (found->second.empty() && others_.size() > kept_buckets) others_.erase(found);
}

}  // namespace weir::detail
