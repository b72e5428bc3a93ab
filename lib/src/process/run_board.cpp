#include "process/run_board.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <sys/mman.h>

namespace weir {

namespace {

/// More main processes at once than anybody has run; memory is only used when it is touched.
constexpr std::size_t most_leaders = 65536;
constexpr std::size_t most_orphans = 8192;
constexpr std::size_t longest_mark = 64;
constexpr std::size_t longest_path = 4096;
constexpr std::size_t no_place = ~std::size_t{0};

void copy(const std::string& text, std::array<char, longest_mark>& to) {
  text.copy(to.data(), to.size() - 1);
}

}  // namespace

struct run_board::shown {
  struct leader {
    std::atomic<pid_t> pid;
    attempt_id job;
    std::uint64_t since;
  };
  struct left {
    std::atomic<pid_t> pid;
    orphan seen;
  };
  std::array<char, longest_mark> known_as;
  std::array<char, longest_mark> shield;
  std::array<char, longest_path> group;
  fate unrecorded;
  int status;       ///< see leave_with
  attempt_id next;  ///< see starting
  std::atomic<bool> is_starting;
  std::atomic<unsigned> hidden_echo;
  std::atomic<bool>
      overflowed;  ///< not everything could be shown: what is not known may be anything
  std::atomic<std::size_t> leaders_used, orphans_used;  ///< places that were ever filled
  std::array<leader, most_leaders> leaders;
  std::array<left, most_orphans> orphans;
};

run_board::run_board() {
  void* const memory = ::mmap(nullptr, sizeof(shown), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  // All zeros is an empty board.
  if (memory != MAP_FAILED) shown_ = static_cast<shown*>(memory);
}

run_board::~run_board() {
  if (shown_ != nullptr) ::munmap(shown_, sizeof(shown));
}

std::atomic<unsigned>& run_board::hidden_echo() noexcept {
  return shown_ == nullptr ? unshared_echo_ : shown_->hidden_echo;
}

void run_board::leave_with(int status) noexcept {
  if (shown_ != nullptr) shown_->status = status;
}

int run_board::status_to_leave_with() const noexcept {
  return shown_ == nullptr ? 0 : shown_->status;
}

void run_board::describe(const run_mark& run, fate unrecorded) noexcept {
  if (shown_ == nullptr) return;
  copy(run.known_as, shown_->known_as);
  copy(run.shield, shown_->shield);
  shown_->unrecorded = unrecorded;
}

void run_board::show_group(const std::string& path) noexcept {
  if (shown_ != nullptr) path.copy(shown_->group.data(), longest_path - 1);
}

std::string run_board::group() const {
  return shown_ == nullptr ? std::string() : shown_->group.data();
}

void run_board::starting(attempt_id job) noexcept {
  if (shown_ == nullptr) return;
  shown_->next = job;
  shown_->is_starting.store(true, std::memory_order_release);
}

std::optional<attempt_id> run_board::being_started() const noexcept {
  if (shown_ == nullptr || !shown_->is_starting.load(std::memory_order_acquire))
    return std::nullopt;
  return shown_->next;
}

std::size_t run_board::put(pid_t leader, attempt_id job, std::uint64_t since) noexcept {
  if (shown_ == nullptr) return no_place;
  std::size_t place = used_;
  if (!free_.empty()) {
    place = free_.back();
    free_.pop_back();
  } else if (used_ < most_leaders) {
    ++used_;
    free_.reserve(used_);
  } else {
    shown_->overflowed = true;
    return no_place;
  }
  auto& at = shown_->leaders[place];
  at.job = job;
  at.since = since;
  at.pid.store(leader, std::memory_order_release);
  shown_->leaders_used.store(used_, std::memory_order_release);
  shown_->is_starting.store(false, std::memory_order_release);
  return place;
}

void run_board::take_back(std::size_t place) noexcept {
  if (shown_ == nullptr || place == no_place) return;
  shown_->leaders[place].pid.store(0, std::memory_order_release);
  free_.push_back(place);
}

void run_board::show(const std::vector<orphan>& orphans) noexcept {
  if (shown_ == nullptr) return;
  if (orphans.size() > most_orphans) shown_->overflowed = true;
  const std::size_t size = std::min(orphans.size(), most_orphans);
  for (std::size_t i = 0; i < size; ++i) {
    auto& at = shown_->orphans[i];
    const pid_t pid = orphans[i].process.pid;
    if (at.pid.load(std::memory_order_relaxed) == pid && at.seen.of == orphans[i].of) continue;
    at.pid.store(0, std::memory_order_release);
    at.seen = orphans[i];
    at.pid.store(pid, std::memory_order_release);
  }
  const std::size_t used = shown_->orphans_used.load(std::memory_order_relaxed);
  for (std::size_t i = size; i < used; ++i)
    shown_->orphans[i].pid.store(0, std::memory_order_release);
  shown_->orphans_used.store(size, std::memory_order_release);
}

run_mark run_board::run() const {
  if (shown_ == nullptr) return {};
  return {shown_->known_as.data(), shown_->shield.data()};
}

process_owners run_board::owners(pid_t root, pid_t session) const {
  const bool known = shown_ != nullptr && !shown_->overflowed;
  process_owners all(root, session, known ? shown_->unrecorded : fate::ends);
  if (shown_ == nullptr) return all;
  for (const auto& each : std::span(shown_->leaders).first(shown_->leaders_used))
    if (const pid_t pid = each.pid.load(std::memory_order_acquire); pid != 0)
      all.starts(pid, each.job, each.since);
  for (const auto& each : std::span(shown_->orphans).first(shown_->orphans_used))
    if (each.pid.load(std::memory_order_acquire) != 0) all.add(each.seen);
  return all;
}

bool run_board::was_used() const noexcept {
  return shown_ != nullptr &&
         (shown_->leaders_used.load(std::memory_order_acquire) > 0 || shown_->is_starting);
}

std::vector<pid_t> run_board::groups_to_end() const {
  std::vector<pid_t> all;
  if (shown_ == nullptr) return all;
  for (const auto& each : std::span(shown_->leaders).first(shown_->leaders_used))
    if (const pid_t pid = each.pid.load(std::memory_order_acquire); pid != 0) all.push_back(pid);
  for (const auto& each : std::span(shown_->orphans).first(shown_->orphans_used))
    if (const pid_t pid = each.pid.load(std::memory_order_acquire);
        pid != 0 && each.seen.of.then != fate::left)
      all.push_back(each.seen.process.group);
  return all;
}

}  // namespace weir
