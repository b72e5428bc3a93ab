/// Decides which pending job starts next. Pure: no coroutine, no clock, no callback.
///
/// The rule: the first pending job, by priority then age, whose claims fit. What the jobs before it
/// lack is not given away: a heavy job keeps the slots it waits for, a job that waits for a pool
/// keeps that pool, but no slot. Jobs with equal claims form one class with one queue, so only the
/// heads of the classes are looked at: the cost of a decision grows with the number of different
/// claims that are pending, never with the number of jobs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/detail/job_node.hpp>
#include <weir/job_options.hpp>

namespace weir::detail {

/// Pending jobs of one class, by priority then age. O(1) for jobs of priority 0 in order of age.
class pending_queue {
 public:
  bool empty() const noexcept { return size_ == 0; }
  job_node* front() const noexcept;
  /// Queues the job by its priority: as the youngest, or, with `by_age`, at the position for its
  /// age.
  void push(job_node& job, bool by_age);
  void remove(job_node& job) noexcept;
  /// Calls visit(job_node&) for each, in no particular order; visit must not change the queue.
  template <typename Visit>
  void each(Visit&& visit) const {
    normal_.each(visit);
    for (const auto& [priority, jobs] : others_) jobs.each(visit);
  }

 private:
  struct bucket {
    template <typename Visit>
    void each(Visit&& visit) const {
      fifo.each(visit);
      for (const auto& [age, job] : moved) visit(*job);
    }
    bool empty() const noexcept { return fifo.empty() && moved.empty(); }
    job_node* front() const noexcept;
    void remove(job_node& job) noexcept;
    intrusive_list<job_node> fifo;
    std::map<std::uint64_t, job_node*> moved;  ///< jobs moved here by reprioritise, by age
  };
  bucket& bucket_of(int priority);

  bucket normal_;                                 ///< priority 0
  std::map<int, bucket, std::greater<>> others_;  ///< every other priority
  std::size_t size_ = 0;
};

struct pool {
  std::int64_t capacity = 0;
  std::int64_t used = 0;
  std::uint64_t reserved_in = 0;  ///< number of the decision in which a job reserved it
};

/// What a job takes while it runs; shared by all jobs that take the same.
struct claim_class {
  using key = std::pair<std::uint32_t, std::vector<std::pair<pool*, std::int64_t>>>;
  std::uint32_t weight = 1;
  std::vector<std::pair<pool*, std::int64_t>> pools;
  std::size_t users = 0;  ///< jobs that refer to it; not counted for the common one
  unsigned passed_over =
      0;  ///< how often its head was overtaken since the class last started a job
  pending_queue queue;
};

class admission {
 public:
  explicit admission(std::int64_t limit) : limit_(limit) {}

  /// The class of jobs with these claims; release it when the job has ended.
  /// \throws scheduler_error(unknown_pool), std::invalid_argument for a claim of nothing.
  claim_class& intern(const job_options& options);
  /// The same for one slot and no pool.
  claim_class& intern_common() noexcept { return plain_; }
  void release(claim_class& claims) noexcept;

  void push(job_node& job, bool by_age = false);
  void remove(job_node& job) noexcept;
  /// The job to start now, which stays queued; null if none may.
  job_node* pick();
  /// Any pending job; null if there is none.
  job_node* any() const noexcept;
  /// Calls visit(job_node&) for each pending job; visit must not change anything.
  template <typename Visit>
  void each(Visit&& visit) const {
    plain_.queue.each(visit);
    for (const auto& [key, claims] : special_) claims->queue.each(visit);
  }
  /// Whether a job of this class could start if nothing else were pending.
  bool fits(const claim_class& claims) const noexcept;

  void take(const claim_class& claims) noexcept { use(claims, 1); }
  void give_back(const claim_class& claims) noexcept { use(claims, -1); }

  bool saturated() const noexcept { return paused_ || used_ >= limit_; }
  bool nothing_queued() const noexcept { return queued_ == 0; }
  std::int64_t limit() const noexcept { return limit_; }
  void set_limit(std::int64_t limit) noexcept { limit_ = limit; }
  std::int64_t used() const noexcept { return used_; }
  bool paused() const noexcept { return paused_; }
  void set_paused(bool paused) noexcept { paused_ = paused; }
  void set_pool(std::string_view name, std::int64_t capacity);
  const pool* find_pool(std::string_view name) const noexcept;

 private:
  bool slots_fit(const claim_class& claims) const noexcept;
  bool pools_free(const claim_class& claims) const noexcept;
  void reserve(claim_class& claims) noexcept;
  job_node* pick_among_classes();
  void use(const claim_class& claims, int sign) noexcept;

  std::int64_t limit_;
  std::int64_t used_ = 0;
  bool paused_ = false;
  std::size_t queued_ = 0;
  std::size_t queued_special_ = 0;  ///< of these, jobs with a weight or a pool
  std::uint64_t decision_ = 0;
  claim_class plain_;  ///< one slot, no pool
  std::map<claim_class::key, std::unique_ptr<claim_class>> special_;
  std::map<std::string, pool, std::less<>> pools_;
  std::vector<claim_class*> order_;  ///< scratch of pick_among_classes
};

}  // namespace weir::detail
