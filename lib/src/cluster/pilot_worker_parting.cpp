// How a worker goes: its stream ends, then its process, by itself or by signals.
#include <csignal>
#include <utility>

#include "cluster/pilot_worker.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// How long to wait for the exit status of something that did not start.
constexpr auto status_wait = 1s;

}  // namespace

/// The process that would end its jobs if it were killed has been killed.
void pilot_worker::tell_half_death() {
  if (is_closed() || stage_ == stage::starting) return;
  all_.warn(*this, "the process that started it has ended (" + process_->how_it_ended() +
                       "); it keeps running, but if it is killed, its jobs may survive");
}

/// Its exit status says most, if there is one.
void pilot_worker::tell_failed_start() {
  if (failed_start_.empty()) return;
  std::string text = std::exchange(failed_start_, {});
  const std::string status = process_->how_it_ended();
  if (text == "it disconnected" && !status.empty()) text = status;
  if (status == "exit 127") text += ": " + how_.program + " was not found: " + how_.if_missing;
  all_.warn(*this, "did not start: " + text);
}

void pilot_worker::part(bool at_once) {
  stage_ = stage::parting;
  link_.reset();
  process_->close();
  all_.capacity_changed();
  if (process_->has_ended()) return process_ended();
  ladder_ = at_once ? 1 : 0;
  follow_ladder();
}

void pilot_worker::follow_ladder() {
  const duration pause = failed_start_.empty() ? all_.settings_.goodbye : duration(status_wait);
  const unsigned step = ladder_++;
  if (step > 0) tell_failed_start();
  if (step == 1) {
    process_->signal(SIGTERM);
    process_->signal(SIGCONT);
  } else if (step == 2) {
    process_->signal(SIGKILL);
  } else if (step == 3) {
    all_.warn(*this, "its process would not die");
    stage_ = stage::gone;
    return all_.gone(*this);
  }
  all_.timers_.schedule(next_step_, pause, [this] { follow_ladder(); });
}

/// Until the worker is parting, the end of its stream tells more; but that may not come.
void pilot_worker::process_ended() {
  if (stage_ < stage::parting)
    all_.timers_.schedule(next_step_, status_wait, [this] { tell_half_death(); });
  if (stage_ != stage::parting) return;
  next_step_.cancel();
  // It had to be signalled: so must the processes that it has left in its group.
  if (ladder_ > 1) process_->kill_group();
  tell_failed_start();
  stage_ = stage::gone;
  all_.gone(*this);
}

}  // namespace weir
