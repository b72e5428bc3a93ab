#include "simulation/workers/site.hpp"

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>

#include "loop/completion.hpp"

namespace simulation::workers {

using namespace weir;
using namespace std::chrono_literals;

class site::attempt final : public running_attempt {
 public:
  attempt(site& owner, const attempt_request& request)
      : owner_(owner),
        request_(request),
        plan_(plan_of(owner.plan_.jobs[request.job.seq - 1], request.attempt)),
        began_(owner.timers_.now()) {
    result_.started = owner_.timers_.time().now();
    result_.started_at = owner_.timers_.time().wall_now();
    owner_.running_.push_back(this);
    number_ = owner_.told_.begins(owner_.number_, request_, plan_);
    if (request_.sink != nullptr) request_.sink->resume = [this] { reader_goes_on(); };
    if (request_.timeout) limit_time(*request_.timeout);
    if (plan_.without_room > 0ms) {
      wants_room_ = true;
      owner_.want_room(true);
      schedule(next_, plan_.without_room, [this] { begin(); });
    } else {
      begin_part();
      go_on();
    }
  }
  ~attempt() override { std::erase(owner_.running_, this); }

  void end(ending how) override {
    if (over_) return;
    owner_.told_.is_ended(number_, how);
    if (wants_room_) return finish(cancelled{false});
    if (how == ending::kill) return kill();
    terminate(cancelled{true});
  }
  bool has_shield() const override { return has_part(); }
  void end_shields() override {
    if (!has_part()) return;
    owner_.told_.part_is_ended(number_, ending_);
    schedule(part_, 0ms, [this] { end_part(); });
  }
  /// The worker stops the timers.
  void suspend() override { owner_.told_.stands_still(number_, true); }
  void resume() override { owner_.told_.stands_still(number_, false); }
  void limit_time(duration from_start) override {
    if (ending_) return;
    schedule(timeout_, from_start - (owner_.timers_.now() - began_),
             [this, from_start] { terminate(timed_out{from_start}); });
  }
  void abandon() override { finish(cancelled{true}); }
  void die() { finish(signaled{SIGKILL, false}); }

  /// The part that was shielded is over, and what it held up goes on.
  void end_part() {
    part_.cancel();
    leave_part();
    if (over_) return;
    if (std::exchange(waits_for_part_, false)) react();
    if (std::exchange(ends_after_part_, false)) finish(plan_.how);
  }

  awaitable<attempt_result> wait() {
    co_await done_.wait();
    if (request_.sink != nullptr) request_.sink->resume = nullptr;
    co_return result_;
  }

 private:
  void schedule(timer_queue::timer& timer, duration delay, std::function<void()> then) {
    owner_.timers_.schedule(timer, std::max(delay, duration{}), std::move(then));
  }

  void begin() {
    wants_room_ = false;
    owner_.want_room(false);
    begin_part();
    go_on();
  }

  void begin_part() {
    if (plan_.part_lasts == 0ms) return;
    schedule(part_, plan_.part_from, [this] {
      if (ending_) return;
      owner_.parts_.push_back(this);
      schedule(part_, plan_.part_lasts, [this] { end_part(); });
      owner_.shields_changed_();
    });
  }
  bool has_part() const { return std::ranges::count(owner_.parts_, this) > 0; }
  void leave_part() {
    if (std::erase(owner_.parts_, this) > 0) owner_.shields_changed_();
  }

  void go_on() {
    if (over_ || ending_at_once_) return;
    if (written_ == plan_.writes.size())
      return schedule(next_, plan_.rest, [this] { end_by_itself(); });
    schedule(next_, plan_.writes[written_].before, [this] { write(); });
  }

  void end_by_itself() {
    if (ending_) return waits_for_part_ ? void() : finish(how_ended_);
    ends_after_part_ = has_part();
    if (!ends_after_part_) finish(plan_.how);
  }

  void write() {
    const piece& wrote = plan_.writes[written_++];
    const std::string bytes = owner_.told_.writes(number_, wrote.which, wrote.bytes);
    result_.bytes += bytes.size();
    reader_is_slow_ = request_.sink->write(wrote.which, bytes) == flow::wait;
    if (!reader_is_slow_) go_on();
  }
  void reader_goes_on() {
    if (std::exchange(reader_is_slow_, false)) go_on();
  }

  void terminate(outcome how) {
    if (std::exchange(ending_, true)) return;
    how_ended_ = std::move(how);
    timeout_.cancel();
    waits_for_part_ = has_part();
    if (!waits_for_part_) react();
  }
  void react() {
    if (!plan_.ignores_term) schedule(reaction_, plan_.obeys_after, [this] { finish(how_ended_); });
    schedule(kill_, request_.job.settings->close_timeout.value_or(owner_.close_timeout_),
             [this] { kill(); });
  }
  void kill() {
    if (!std::exchange(ending_, true)) how_ended_ = cancelled{true};
    ending_at_once_ = true;
    timeout_.cancel();
    waits_for_part_ = ends_after_part_ = false;
    schedule(kill_, 1ms, [this] { finish(how_ended_); });
  }

  void finish(outcome how) {
    if (std::exchange(over_, true)) return;
    for (timer_queue::timer* each : {&next_, &kill_, &reaction_, &timeout_, &part_}) each->cancel();
    leave_part();
    if (std::exchange(wants_room_, false)) owner_.want_room(false);
    result_.how = std::move(how);
    result_.ended = owner_.timers_.time().now();
    owner_.told_.is_over(number_, result_.how);
    done_.complete();
  }

  site& owner_;
  attempt_request request_;
  attempt_plan plan_;
  std::size_t number_ = 0;
  attempt_result result_;
  timer_queue::clock::time_point began_;
  timer_queue::timer next_, kill_, reaction_, timeout_, part_;
  completion done_;
  outcome how_ended_;
  std::size_t written_ = 0;
  bool wants_room_ = false;
  bool reader_is_slow_ = false;
  bool ending_ = false;
  bool ending_at_once_ = false;
  bool waits_for_part_ = false;
  bool ends_after_part_ = false;
  bool over_ = false;
};

awaitable<attempt_result> site::run(attempt_request request, running_attempt*& handle) {
  attempt_result never;
  never.how = cancelled{false};
  if (dead_) co_return never;
  attempt one(*this, request);
  handle = &one;
  attempt_result result = co_await one.wait();
  handle = nullptr;
  co_return result;
}

void site::want_room(bool now) {
  if (now ? wanting_room_++ > 0 : --wanting_room_ > 0) return;
  inbox_->take(room_missing{now});
}

void site::die() {
  dead_ = true;
  for (attempt* each : std::vector<attempt*>(running_)) each->die();
}

}  // namespace simulation::workers
