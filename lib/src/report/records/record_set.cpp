#include "report/records/record_set.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace weir {

namespace {

using namespace std::chrono_literals;
constexpr auto seen_within = 200ms;

constexpr std::array in_turn{end_turn::results, end_turn::joblog, end_turn::journal,
                             end_turn::none};

bool is_before(const record& one, const record& other) {
  return one.turn() != end_turn::none && one.turn() < other.turn();
}

}  // namespace

void record_set::add(std::unique_ptr<record> one, std::string name, bool wants_output) {
  one->failed = [this](const io_error& error) {
    if (inbox_ != nullptr) inbox_->take(record_failed{error.what()});
  };
  one->others = {[this, &of = *one] { write_ends(of); },
                 [this, &of = *one](std::uint64_t seq) { return puts_off(of, seq); },
                 [this, &of = *one] { return has_failed_before(of); }};
  wants_output_ = wants_output_ || wants_output;
  records_.push_back({std::move(one), std::move(name), wants_output});
}

void record_set::on(const event& e) {
  const bool is_output = std::holds_alternative<job_output>(e);
  for (const member& each : records_)
    if (!is_output || each.wants_output) each.one->on(e);
  if (std::holds_alternative<attempt_started>(e) && !std::exchange(begun_, true)) begin();
  if (!records_.empty()) flush_soon();
  if (std::holds_alternative<job_ended>(e)) work_soon();
}

/// From now on, a run that is killed may be resumed: what other runs left in these files must not
/// be taken for something of this one.
void record_set::begin() {
  for (const member& each : records_)
    if (each.one->holds_ends()) each.one->flush();
}

bool record_set::has_work() const {
  return std::any_of(records_.begin(), records_.end(), [](const member& each) {
    return !each.one->is_broken() && each.one->has_work();
  });
}

void record_set::work() {
  for (const member& each : records_)
    if (each.one->has_work()) each.one->work();
}

/// Between two pieces, the loop gets a turn for signals and jobs.
void record_set::work_soon() {
  if (work_.scheduled()) return;
  if (!has_work()) return flush_soon();
  timers_.schedule(work_, 0ns, [this] {
    work();
    work_soon();
  });
}

awaitable<> record_set::work_off() {
  while (has_work()) {
    co_await timers_.sleep(0ns);
    work();
  }
}

void record_set::flush_soon() {
  if (!soon_.scheduled()) timers_.schedule(soon_, seen_within, [this] { flush(); });
}

void record_set::flush() {
  for (const member& each : records_) each.one->flush();
  // No event may come that would ask for the rest, or for the ends that wait for it.
  if (std::any_of(records_.begin(), records_.end(), [](const member& each) {
        return !each.one->is_broken() && each.one->waits_for_reader();
      }))
    flush_soon();
}

/// Those that it asks for the same when it is their turn have nothing left to write.
void record_set::write_ends(const record& of) {
  if (std::exchange(writes_ends_, true)) return;
  for (const end_turn turn : in_turn)
    for (const member& each : records_)
      if (each.one->turn() == turn && is_before(*each.one, of) && each.one->holds_ends())
        each.one->flush();
  writes_ends_ = false;
}

bool record_set::puts_off(const record& of, std::uint64_t seq) const {
  return std::any_of(records_.begin(), records_.end(), [&of, seq](const member& each) {
    return is_before(*each.one, of) && !each.one->is_broken() && each.one->puts_off(seq);
  });
}

bool record_set::has_failed_before(const record& of) const {
  return std::any_of(records_.begin(), records_.end(), [&of](const member& each) {
    return is_before(*each.one, of) && each.one->is_broken();
  });
}

std::vector<std::string> record_set::names() const {
  std::vector<std::string> all;
  for (const member& each : records_)
    if (!each.one->is_broken()) all.push_back(each.name);
  return all;
}

void record_set::finish() {
  soon_.cancel();
  work_.cancel();
  for (const end_turn turn : in_turn)
    for (const member& each : records_)
      if (each.one->turn() == turn) each.one->finish();
}

}  // namespace weir
