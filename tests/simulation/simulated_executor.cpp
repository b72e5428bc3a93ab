#include "simulation/simulated_executor.hpp"

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>

#include "loop/completion.hpp"
#include "simulation/dice.hpp"

namespace simulation {

using namespace weir;
using namespace std::chrono_literals;

namespace {

/// Time from KILL until a process that survives even that is given up, as for local attempts.
constexpr auto kill_timeout = 2s;

/// How many bytes of a line say which job it belongs to.
constexpr std::size_t least_to_know_it = 12;

/// Lines that say which job they belong to, so that the reader can see what is missing or torn.
std::string words(const attempt_request& request, const piece& wrote, std::size_t number) {
  const std::string head = std::to_string(request.job.seq) +
                           (wrote.which == output_stream::out ? " o " : " e ") +
                           std::to_string(request.attempt) + ' ' + std::to_string(number) + ' ';
  std::string line(head.size() + wrote.bytes + 1, 'x');
  head.copy(line.data(), head.size());
  line.back() = '\n';
  return line;
}

}  // namespace

class simulated_executor::attempt final : public running_attempt {
 public:
  attempt(simulated_executor& owner, const attempt_request& request)
      : owner_(owner),
        request_(request),
        plan_(plan_of(owner.told_.numbers.job(request.job.seq), request.attempt)),
        reacts_(request.job.seq * 1000 + request.attempt) {
    result_.started = owner_.timers_.time().now();
    result_.started_at = owner_.timers_.time().wall_now();
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

  void end(ending how) override {
    owner_.told_.attempt_is_ended(request_.job, how);
    if (over_) return;
    if (wants_room_) return finish(cancelled{false});
    if (how == ending::terminate) return terminate(cancelled{true});
    if (has_part()) owner_.told_.part_is_ended(request_.job, true, has_shield());
    kill();
  }
  void end_alone(ending how) override {
    stuck_ends_ = true;
    end(how);
  }
  bool has_shield() const override {
    return has_part() && owner_.timers_.now() >= part_began_ + owner_.plan_.shields_known_after;
  }
  void end_shields() override {
    if (!has_part() || std::ranges::none_of(owner_.parts_, &attempt::has_shield)) return;
    owner_.told_.part_is_ended(request_.job, ending_, has_shield());
    schedule(part_, 0ms, [this] { end_part(); });
  }
  void suspend() override { owner_.told_.attempt_stands_still(request_.job, suspended_ = true); }
  void resume() override {
    owner_.told_.attempt_stands_still(request_.job, suspended_ = false);
    if (std::exchange(goes_on_later_, false)) go_on();
  }
  void limit_time(duration from_start) override {
    if (ending_) return;
    schedule(timeout_, from_start - (owner_.timers_.time().now() - result_.started),
             [this, from_start] {
               stuck_ends_ = true;
               terminate(timed_out{from_start});
             });
  }
  void abandon() override {
    abandoned_ = true;
    finish(cancelled{true});
  }

  /// TERM from elsewhere. Programs that catch it may exit as a shell would report it.
  void die_of_term() {
    const bool heeds = plan_.to_term == reaction::obeys && !has_part();
    if (over_ || ending_ || wants_room_ || !heeds) return;
    owner_.told_.attempt_dies_of_term(request_.job);
    if (request_.job.seq % 3 == 0) return finish(exited{128 + SIGTERM});
    finish(signaled{SIGTERM, false});
  }

  /// The part that was shielded is over, and what it held up goes on.
  void end_part() {
    part_.cancel();
    std::erase(owner_.parts_, this);
    if (over_) return;
    if (std::exchange(waits_for_part_, false)) react();
    if (std::exchange(ends_after_part_, false)) finish(plan_.how);
  }

  awaitable<attempt_result> wait() {
    co_await done_.wait();
    if (request_.sink != nullptr && !abandoned_) request_.sink->resume = nullptr;
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
      part_began_ = owner_.timers_.now();
      owner_.parts_.push_back(this);
      schedule(part_, plan_.part_lasts, [this] { end_part(); });
    });
  }

  bool has_part() const { return std::ranges::count(owner_.parts_, this) > 0; }

  /// Continues with the next write, or the end.
  void go_on() {
    if (over_ || ending_at_once_) return;
    if (suspended_) {
      goes_on_later_ = true;
      return;
    }
    if (written_ == plan_.writes.size())
      return schedule(next_, plan_.rest, [this] { end_by_itself(); });
    schedule(next_, plan_.writes[written_].before, [this] { write(); });
  }

  void end_by_itself() {
    if (ending_) return waits_for_part_ ? void() : finish(how_ended_);
    ends_after_part_ = has_part();
    if (!ends_after_part_) finish(plan_.how);
  }

  /// Writes a line, its first part, or its rest.
  void write() {
    const piece& wrote = plan_.writes[written_];
    if (rest_of_line_.empty()) rest_of_line_ = words(request_, wrote, written_);
    std::string part;
    if (wrote.cut == 0 || wrote.cut >= rest_of_line_.size()) {
      part.swap(rest_of_line_);
    } else {
      part = rest_of_line_.substr(0, wrote.cut);
      rest_of_line_.erase(0, part.size());
    }
    if (rest_of_line_.empty()) {
      ++written_;
      if (wrote.cut > 0) part += begin_next_line(wrote.which);
    }
    result_.bytes += part.size();
    flow then = flow::more;
    if (request_.sink != nullptr) {
      owner_.told_.wrote(request_.job, wrote.which, part);
      then = request_.sink->write(wrote.which, part);
    }
    reader_is_slow_ = then == flow::wait;
    if (!reader_is_slow_) go_on();
  }

  /// The first bytes of the next line are written with the end of this one.
  std::string begin_next_line(output_stream which) {
    if (written_ == plan_.writes.size() || plan_.writes[written_].which != which) return {};
    std::string line = words(request_, plan_.writes[written_], written_);
    if (line.size() <= least_to_know_it) return {};
    rest_of_line_ = line.substr(least_to_know_it);
    return line.substr(0, least_to_know_it);
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
    const bool obeys = plan_.to_term == reaction::obeys || plan_.to_term == reaction::ends_late;
    const auto late = plan_.to_term == reaction::obeys ? reacts_.ms(0, 5) : reacts_.ms(50, 4000);
    if (obeys) schedule(reaction_, late, [this] { finish(how_ended_); });
    const duration grace =
        request_.job.settings->close_timeout.value_or(owner_.plan_.engine.close_timeout);
    schedule(kill_, grace, [this] { kill(); });
  }

  void kill() {
    if (!std::exchange(ending_, true)) how_ended_ = cancelled{true};
    ending_at_once_ = true;
    timeout_.cancel();
    waits_for_part_ = ends_after_part_ = false;
    if (plan_.to_term != reaction::ignores_all)
      return schedule(kill_, 1ms, [this] { finish(how_ended_); });
    next_.cancel();
    reaction_.cancel();
    // A run being stopped waits only until its own deadline; a timeout gives up by itself.
    if (stuck_ends_) schedule(kill_, kill_timeout, [this] { give_up(); });
  }

  void give_up() {
    owner_.inbox_->take(process_stuck{request_.job.seq, 42, 'D'});
    finish(how_ended_);
  }

  void finish(outcome how) {
    if (std::exchange(over_, true)) return;
    for (timer_queue::timer* each : {&next_, &kill_, &reaction_, &timeout_, &part_}) each->cancel();
    std::erase(owner_.parts_, this);
    if (std::exchange(wants_room_, false)) owner_.want_room(false);
    result_.how = std::move(how);
    result_.ended = owner_.timers_.time().now();
    if (plan_.leaves_process && std::holds_alternative<exited>(result_.how))
      owner_.left_.push_back({request_.job.seq, 43, "daemon"});
    owner_.told_.attempt_is_over(request_.job);
    done_.complete();
  }

  simulated_executor& owner_;
  attempt_request request_;
  attempt_plan plan_;
  dice reacts_;
  attempt_result result_;
  timer_queue::timer next_, kill_, reaction_, timeout_, part_;
  timer_queue::clock::time_point part_began_{};
  completion done_;
  outcome how_ended_;
  std::size_t written_ = 0;
  std::string rest_of_line_;
  bool wants_room_ = false;
  bool reader_is_slow_ = false;
  bool suspended_ = false;
  bool goes_on_later_ = false;
  bool ending_ = false;
  bool ending_at_once_ = false;
  bool stuck_ends_ = false;       ///< given up after a while
  bool waits_for_part_ = false;   ///< being ended, and a part of it is shielded
  bool ends_after_part_ = false;  ///< it would have ended by itself
  bool over_ = false;
  bool abandoned_ = false;
};

awaitable<attempt_result> simulated_executor::run(attempt_request request,
                                                  running_attempt*& handle) {
  told_.attempt_begins(request);
  attempt one(*this, request);
  handle = &one;
  running_.push_back(&one);
  attempt_result result = co_await one.wait();
  std::erase(running_, &one);
  co_return result;
}

void simulated_executor::terminate_all() {
  for (attempt* each : std::vector<attempt*>(running_)) each->die_of_term();
}

void simulated_executor::want_room(bool now) {
  if (now ? wanting_room_++ > 0 : --wanting_room_ > 0) return;
  told_.room_is_missing(now);
  inbox_->take(room_missing{now});
}

awaitable<leftovers> simulated_executor::end_leftovers(bool unknown_too, duration grace) {
  if (!unknown_too) co_return leftovers{std::move(left_), {}};
  if (!left_.empty()) co_await timers_.sleep(std::min<duration>(grace, 3ms));
  co_return leftovers{};
}

}  // namespace simulation
