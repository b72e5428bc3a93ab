#include <weir/detail/admission.hpp>

#include <algorithm>
#include <stdexcept>

#include <weir/scheduler_error.hpp>

namespace weir::detail {

namespace {

/// A job overtaken this often, because its pools were never free at the same time, reserves all of
/// them.
constexpr unsigned patience = 32;

bool comes_first(const claim_class* a, const claim_class* b) {
  const job_node& x = *a->queue.front();
  const job_node& y = *b->queue.front();
  return x.priority != y.priority ? x.priority > y.priority : x.id < y.id;
}

/// Whether there is room for `units` more. Claims above the whole capacity fit if nothing is taken:
/// such a job runs alone, even if the capacity shrank after its spawn. Subtracts, so that
/// `unlimited` needs no special case.
bool room(std::int64_t used, std::int64_t units, std::int64_t capacity) {
  return used == 0 ? capacity > 0 : units <= capacity - used;
}

void require_positive(std::uint32_t count, const char* what) {
  if (count == 0) throw std::invalid_argument(what);
}

}  // namespace

claim_class& admission::intern(const job_options& options) {
  require_positive(options.weight(), "spawn: a job's weight must be at least 1");
  if (options.weight() == 1 && options.pools().empty()) return plain_;
  std::map<pool*, std::int64_t> sums;
  for (const pool_claim& claim : options.pools()) {
    require_positive(claim.units, "spawn: a job must claim at least 1 unit of a pool");
    const auto known = pools_.find(claim.pool);
    if (known == pools_.end())
      throw scheduler_error(scheduler_errc::unknown_pool, "spawn: pool \"" + claim.pool + '"');
    sums[&known->second] += claim.units;
  }
  auto& made = special_[claim_class::key(options.weight(), {sums.begin(), sums.end()})];
  if (!made) {
    made = std::make_unique<claim_class>();
    made->weight = options.weight();
    made->pools.assign(sums.begin(), sums.end());
  }
  ++made->users;
  return *made;
}

void admission::release(claim_class& claims) noexcept {
  if (&claims != &plain_ && --claims.users == 0)
    special_.erase(claim_class::key(claims.weight, claims.pools));
}

void admission::push(job_node& job, bool by_age) {
  job.claims->queue.push(job, by_age);
  ++queued_;
  if (job.claims != &plain_) ++queued_special_;
}

void admission::remove(job_node& job) noexcept {
  job.claims->queue.remove(job);
  --queued_;
  if (job.claims != &plain_) --queued_special_;
}

bool admission::slots_fit(const claim_class& claims) const noexcept {
  return room(used_, claims.weight, limit_);
}

bool admission::pools_free(const claim_class& claims) const noexcept {
  return std::all_of(claims.pools.begin(), claims.pools.end(), [](const auto& claim) {
    return room(claim.first->used, claim.second, claim.first->capacity);
  });
}

bool admission::fits(const claim_class& claims) const noexcept {
  return !paused_ && slots_fit(claims) && pools_free(claims);
}

job_node* admission::any() const noexcept {
  if (!plain_.queue.empty()) return plain_.queue.front();
  for (const auto& [key, claims] : special_)
    if (!claims->queue.empty()) return claims->queue.front();
  return nullptr;
}

job_node* admission::pick() {
  if (queued_ == 0 || saturated()) return nullptr;
  if (queued_special_ == 0) return plain_.queue.front();
  return pick_among_classes();
}

/// Reserves what the head of this class lacks, so that nothing behind it takes that away.
void admission::reserve(claim_class& claims) noexcept {
  const bool all = claims.passed_over >= patience;
  for (auto& [wanted, units] : claims.pools)
    if (all || !room(wanted->used, units, wanted->capacity)) wanted->reserved_in = decision_;
}

job_node* admission::pick_among_classes() {
  ++decision_;
  order_.clear();
  if (!plain_.queue.empty()) order_.push_back(&plain_);
  for (const auto& [key, claims] : special_)
    if (!claims->queue.empty()) order_.push_back(claims.get());
  std::sort(order_.begin(), order_.end(), comes_first);

  const auto reserved = [this](const claim_class& claims) {
    return std::any_of(claims.pools.begin(), claims.pools.end(),
                       [this](const auto& claim) { return claim.first->reserved_in == decision_; });
  };
  for (auto at = order_.begin(); at != order_.end(); ++at) {
    claim_class& claims = **at;
    if (!pools_free(claims) || reserved(claims)) {
      reserve(claims);
      continue;
    }
    if (!slots_fit(claims)) return nullptr;  // it keeps the slots that are free
    if (!claims.pools.empty())
      std::for_each(order_.begin(), at, [](claim_class* passed) { ++passed->passed_over; });
    claims.passed_over = 0;
    return claims.queue.front();
  }
  return nullptr;
}

void admission::use(const claim_class& claims, int sign) noexcept {
  used_ += sign * static_cast<std::int64_t>(claims.weight);
  for (auto& [taken, units] : claims.pools) taken->used += sign * units;
}

void admission::set_pool(std::string_view name, std::int64_t capacity) {
  const auto known = pools_.find(name);
  if (known != pools_.end())
    known->second.capacity = capacity;
  else
    pools_.emplace(name, pool{.capacity = capacity});
}

const pool* admission::find_pool(std::string_view name) const noexcept {
  const auto found = pools_.find(name);
  return found == pools_.end() ? nullptr : &found->second;
}

}  // namespace weir::detail
