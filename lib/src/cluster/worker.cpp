#include "cluster/worker.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>

#include <weir/error.hpp>
#include <weir/version.hpp>

#include "cluster/worker_job.hpp"
#include "values/judge.hpp"

namespace weir {

worker::worker(const loop_executor& loop, timer_queue& job_timers, timer_queue& own_timers,
               worker_settings settings, int in, int out)
    : loop_(loop), timers_(job_timers), own_timers_(own_timers), settings_(std::move(settings)) {
  link_ = std::make_unique<frame_link>(loop, own_timers_.time(), in, out, most_run_body, false,
                                       static_cast<owner&>(*this));
  link_->send_text(greeting_line());
  link_->send(frame_kind::hello, settings_.self);
}

worker::~worker() = default;

awaitable<> worker::over() {
  co_await over_.wait();
  watch_.cancel();
  own_timers_.stop();
}

void worker::take(const frame& one) {
  if (!alone_ && !obey(one)) broken("the run sent an invalid message");
}

/// \returns whether it was understood.
bool worker::obey(const frame& one) {
  const auto with = [&]<typename Message>(std::optional<Message> message, auto act) {
    return message && (act(*message), true);
  };
  const std::string_view body = one.body;
  if (!executor_) {
    const auto setup = read_message<setup_message>(body);
    return one.kind == frame_kind::setup && setup && set_up(*setup);
  }
  switch (one.kind) {
    case frame_kind::settings:
      return with(read_message<settings_message>(body), [this](settings_message& m) {
        common_ = std::make_shared<const job_settings>(std::move(m.common));
      });
    case frame_kind::start: {
      auto message = read_message<start_message>(body);
      return message && start(std::move(*message));
    }
    case frame_kind::credit: {
      const auto credit = read_message<credit_message>(body);
      return credit && give_credit(*credit);
    }
    case frame_kind::end:
      return with(read_message<end_message>(body), [this](const end_message& m) {
        if (job* const one_job = find(m.id)) one_job->end(m.how);
      });
    case frame_kind::clean:
      return with(read_message<clean_message>(body), [this](const clean_message& m) { clean(m); });
    case frame_kind::drop:
      return with(read_message<attempt_message>(body),
                  [this](const attempt_message& m) { drop(m); });
    case frame_kind::enter:
    case frame_kind::piece:
    case frame_kind::leave:
      return take_file(one);
    case frame_kind::limit:
      return with(read_message<limit_message>(body), [this](const limit_message& m) {
        if (job* const one_job = find(m.id)) one_job->limit_time(m.from_start);
      });
    case frame_kind::end_shields:
      return with(read_message<end_shields_message>(body),
                  [this](const end_shields_message& m) { end_shields(m); });
    case frame_kind::finish:
      return with(read_message<finish_message>(body), [this](const finish_message& m) {
        if (!std::exchange(finishing_, true))
          boost::asio::co_spawn(loop_, finish(m), [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
          });
      });
    case frame_kind::suspend:
      suspend();
      return true;
    case frame_kind::resume:
      resume();
      link_->send(frame_kind::resume);
      return true;
    case frame_kind::hurry:
      executor_->hurry_leftovers();
      return true;
    case frame_kind::beat:
      return true;
    default:
      return false;
  }
}

/// If something keeps it from working, it reports that and ends.
bool worker::set_up(const setup_message& setup) {
  const std::string refused = make_executor(setup);
  if (!refused.empty()) {
    link_->send(frame_kind::refused, text_message{refused});
    last_word_ = true;
    leave_if_done();
    return true;
  }
  setup_ = setup;
  executor_->report_to(*this);
  link_->send(frame_kind::ready);
  if (draining_) link_->send(frame_kind::draining);
  look_at_time();
  return true;
}

/// \returns why the run's settings cannot be had here.
std::string worker::make_executor(const setup_message& setup) {
  if (setup.version != version)
    return "expected weir " + setup.version + ", found " + std::string(version);
  try {
    const std::string& node = setup.node.empty() ? settings_.self.node : setup.node;
    executor_ = settings_.host(setup, node, [this] { tell_shields(); });
  } catch (const std::runtime_error& why) {
    return why.what();
  }
  return {};
}

bool worker::start(start_message message) {
  if (!common_ || finishing_ || message.job.argv.empty()) return false;
  message.job.settings = common_;
  auto arrived = arriving_.extract(message.id);
  if (arrived && !arrived.mapped().files->is_complete()) return false;
  if (draining_) {
    if (arrived) forget_arrival(std::move(arrived.mapped()));
    link_->send(frame_kind::returned, returned_message{message.id, false});
    return true;
  }
  const std::uint64_t id = message.id;
  const auto [place, is_new] = jobs_.emplace(id, std::make_unique<job>(*link_, std::move(message)));
  if (!is_new) return false;
  if (arrived) {
    place->second->files = std::move(arrived.mapped().files);
    place->second->removes_files = arrived.mapped().cleanup;
  }
  boost::asio::co_spawn(loop_, run(*place->second), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  return true;
}

awaitable<> worker::run(job& one) {
  attempt_result result;
  if (one.files && one.files->fault()) {
    result.started = result.ended = timers_.time().now();
    result.how = *one.files->fault();
  } else {
    result = co_await executor_->run(one.request(), one.handle);
  }
  const bool terminated = failed_by_stop_signal(result.how, *one.request().job.settings);
  // Slurm's SIGTERM goes to all processes of a step, and may reach a job before it is noticed here.
  if (terminated && !draining_ && !alone_) co_await own_timers_.sleep(heard_within);
  const bool was_ended = one.ends_with_worker() && std::holds_alternative<cancelled>(result.how);
  const bool is_cut = was_ended || one.has_lost_output();
  if ((terminated && draining_) || is_cut) {
    hand_back(one);
  } else {
    co_await give_back(one, result);
    finished(one, result);
  }
}

/// The attempt did not fail: it was hit by the signal that stops the worker, or by the worker
/// itself, which is alone, or was told twice. The run may still hear of it.
void worker::hand_back(job& one) {
  link_->send(frame_kind::returned, returned_message{one.id(), true});
  forget_job(one.id());
  leave_if_done();
}

void worker::finished(job& one, const attempt_result& result) {
  ended_message ended;
  ended.id = one.id();
  ended.how = result.how;
  ended.took = result.ended - result.started;
  ended.ago = timers_.time().now() - result.ended;
  ended.usage = result.usage;
  ended.leaked = result.leaked;
  ended.bytes = result.bytes;
  ended.group = result.group;
  link_->send(frame_kind::ended, ended);
  forget_job(one.id());
  leave_if_done();
}

worker::job* worker::find(std::uint64_t id) {
  const auto place = jobs_.find(id);
  return place == jobs_.end() ? nullptr : place->second.get();
}

bool worker::give_credit(const credit_message& credit) {
  // The attempt may have ended meanwhile.
  job* const one = find(credit.id);
  return one == nullptr || one->give_credit(credit.bytes);
}

void worker::advanced() {
  if (link_->is_congested()) return;
  for (const auto& [id, one] : jobs_) one->go_on();
  leave_if_done();
}

void worker::suspend() {
  if (std::exchange(suspended_, true)) return;
  timers_.pause();
  for (const auto& [id, one] : jobs_)
    if (one->handle != nullptr) one->handle->suspend();
}

void worker::resume() {
  if (!std::exchange(suspended_, false)) return;
  for (const auto& [id, one] : jobs_)
    if (one->handle != nullptr) one->handle->resume();
  timers_.resume();
}

awaitable<> worker::finish(finish_message how) {
  left_message left;
  left.all = co_await executor_->end_leftovers(how.unknown_too, how.grace);
  remove_rest();
  link_->send(frame_kind::left, left);
  last_word_ = true;
  leave_if_done();
}

/// Notices that do not concern a single attempt.
void worker::take(const notice& what) {
  if (const auto* room = std::get_if<room_missing>(&what))
    link_->send(frame_kind::room, room_message{room->now});
  else if (const auto* unusual = std::get_if<warning>(&what))
    link_->send(frame_kind::told, text_message{unusual->text});
  else if (const auto* lost = std::get_if<output_failed>(&what))
    link_->send(frame_kind::told, text_message{lost->what});
  else if (const auto* stuck = std::get_if<process_stuck>(&what))
    link_->send(frame_kind::stuck, stuck_message{*stuck});
}

void worker::tell_shields() {
  for (const auto& [id, one] : jobs_) one->tell_shield();
}

/// Sends the run a sign of life, and checks that there has been one from it.
void worker::look_at_time() {
  if (alone_) return;
  const auto now = own_timers_.time().now();
  if (!suspended_ && now - link_->heard() > setup_->silence) return be_alone();
  if (now - link_->spoke() >= setup_->beat / 2) link_->send(frame_kind::beat);
  own_timers_.schedule(watch_, setup_->beat / 2, [this] { look_at_time(); });
}

void worker::drain() {
  if (std::exchange(draining_, true) || !executor_) return leave_if_done();
  link_->send(frame_kind::draining);
}

/// A stop that knew of no shield was not meant for one granted meanwhile, which the run is being
/// told of: the run asks again when it has waited.
void worker::end_shields(const end_shields_message& which) {
  job* const one = find(which.id);
  if (one != nullptr && (which.known || !one->has_shield())) one->end_shields();
}

void worker::end_all(ending how) {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, one] : jobs_) ids.push_back(id);
  for (const std::uint64_t id : ids)
    if (job* const one = find(id)) {
      one->end_with_worker(how);
      if (how == ending::terminate) one->end_shields();
    }
}

void worker::broken(const std::string&) {
  be_alone();
}

/// The run has gone: shielded jobs get their time, as in a run that is terminated.
void worker::be_alone() {
  if (std::exchange(alone_, true)) return;
  // If the run can be heard again, it should send nothing more, least of all what it gets back.
  if (executor_) link_->send(frame_kind::draining);
  resume();
  watch_.cancel();
  for (auto& [id, arrived] : std::exchange(arriving_, {})) forget_arrival(std::move(arrived));
  bool waits = false;
  for (const auto& [id, one] : jobs_) {
    one->drop_output();
    waits = waits || one->is_shielded() || one->has_shield();
    if (!one->is_shielded()) one->end_with_worker(ending::terminate);
  }
  if (waits)
    own_timers_.schedule(shields_end_, setup_->term_timeout,
                         [this] { end_all(ending::terminate); });
  leave_if_done();
}

awaitable<> worker::clean_up_alone() {
  co_await executor_->end_leftovers(true, setup_->close_timeout);
  remove_rest();
  over_.complete();
}

/// Once no job is left, and everything has been sent.
void worker::leave_if_done() {
  if (!jobs_.empty() || cleans_up_ || (finishing_ && !last_word_)) return;
  if (alone_ && executor_ && !last_word_) {
    shields_end_.cancel();
    cleans_up_ = true;
    boost::asio::co_spawn(loop_, clean_up_alone(), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
    return;
  }
  if (!alone_ && !last_word_ && (executor_ || !draining_)) return;
  link_->flush();
  if (alone_ || link_->is_idle()) over_.complete();
}

}  // namespace weir
