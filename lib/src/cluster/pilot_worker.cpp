#include "cluster/pilot_worker.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <weir/error.hpp>
#include <weir/version.hpp>

#include "cluster/pilot_attempt.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr unsigned most_lines_told = 200;

std::string other_version(const std::string& there, const std::string& advice) {
  return fmt::format("it has weir {}, but this is weir {}: {}", escape_and_clip(there, 40), version,
                     advice);
}

}  // namespace

pilot_worker::pilot_worker(pilot_executor& all, const worker_launch& how)
    : all_(all), how_(how), name_(how.node.empty() ? how.title : how.node) {}

pilot_worker::~pilot_worker() = default;

void pilot_worker::start() {
  try {
    process_ = all_.settings_.start(all_.loop_, how_, all_.settings_.state);
    process_->ended = [this] { process_ended(); };
    process_->said = [this](const std::string& line) {
      // From a worker that is no longer wanted, such as a step that Slurm had not started yet.
      if (is_closed() && failed_start_.empty()) return;
      if (++lines_told_ <= most_lines_told) all_.warn(*this, line);
    };
    link_ = std::make_unique<frame_link>(all_.loop_, all_.timers_.time(), process_->in(),
                                         process_->out(), most_worker_body, true,
                                         static_cast<owner&>(*this));
  } catch (const io_error& error) {
    process_.reset();
    stage_ = stage::gone;
    lost_ = true;
    all_.warn(*this, std::string("cannot be started: ") + error.what());
    all_.gone(*this);
  }
}

worker_state pilot_worker::state() const {
  worker_state now{name_, "ended", 0, 0, how_.labels};
  if (lost_) {
    now.how = "lost";
  } else if (stage_ < stage::ready) {
    now.how = "starting";
  } else if (stage_ == stage::finishing) {
    now.how = "ending";
  } else if (stage_ == stage::ready || stage_ == stage::draining) {
    now.how = stage_ == stage::ready ? "ready" : "draining";
    now.slots = slots_;
    now.running = static_cast<unsigned>(attempts_.size());
  }
  return now;
}

void pilot_worker::place(pilot_attempt& attempt) {
  const job_settings& settings = *attempt.request().job.settings;
  const std::uint64_t id = ++last_id_;
  const taken_room room{&attempt, attempt.weight(), settings.claims,
                        machine_->gpus.take(settings.claims.gpus)};
  attempts_.emplace(id, room);
  used_ += room.weight;
  machine_->account.take(room.claims);
  ++machine_->jobs;
  attempt.placed(*this, id);
  if (settings.files == carried_files{} && all_.settings_.files.empty())
    return start_there(id, attempt);
  carry_files(id, settings);
}

void pilot_worker::start_there(std::uint64_t id, pilot_attempt& attempt) {
  const attempt_request& wanted = attempt.request();
  if (settings_ != wanted.job.settings) {
    settings_ = wanted.job.settings;
    link_->send(frame_kind::settings, settings_message{*settings_});
  }
  const bool live = wanted.sink != nullptr && wanted.sink->is_live();
  link_->send(frame_kind::start, start_reference{id, wanted.attempt, wanted.slot, attempt.timeout(),
                                                 live, attempts_.at(id).gpus, wanted.job});
  if (attempt.end_asked()) attempt.end(ending::terminate);
}

pilot_attempt* pilot_worker::release(std::uint64_t id) {
  const auto place = attempts_.find(id);
  if (place == attempts_.end()) return nullptr;
  const taken_room room = place->second;
  attempts_.erase(place);
  files_.erase(id);
  give_back(room);
  return room.attempt;
}

void pilot_worker::give_back(const taken_room& room) {
  used_ -= room.weight;
  machine_->account.give_back(room.claims);
  machine_->gpus.give_back(room.gpus);
  --machine_->jobs;
}

/// Its number stays known, since the worker will still report how it ended.
void pilot_worker::forget(std::uint64_t id) {
  const auto place = attempts_.find(id);
  if (place == attempts_.end()) return;
  place->second.attempt = nullptr;
  drop(id);
}

void pilot_worker::suspend() {
  if (!link_ || !set_up_) return;
  suspended_ = true;
  link_->send(frame_kind::suspend);
  link_->flush();
}

void pilot_worker::resume() {
  heard_at_least_ = all_.timers_.time().now();
  if (!link_ || !std::exchange(suspended_, false)) return;
  ++answers_to_come_;
  send(frame_kind::resume);
}

void pilot_worker::finish(bool unknown_too, duration grace) {
  if (stage_ == stage::ready || stage_ == stage::draining) {
    stage_ = stage::finishing;
    send(frame_kind::finish, finish_message{unknown_too, grace});
  } else if (stage_ < stage::ready) {
    part(true);
  }
}

void pilot_worker::look_at_time(clock::time_point now) {
  // How long a place takes to start one and let us in is its own business.
  if (!link_ || stage_ == stage::starting) return;
  const duration silent = now - std::max(link_->heard(), heard_at_least_);
  if (silent > all_.settings_.worker_silence)
    return lose("it has been silent for " + format_duration(all_.settings_.worker_silence));
  if (now - link_->spoke() >= all_.settings_.beat / 2) link_->send(frame_kind::beat);
}

void pilot_worker::greeted(const greeting& one) {
  if (one.protocol != frame_protocol || one.version != version)
    return lose(other_version(one.version, how_.if_missing));
  stage_ = stage::greeted;
}

void pilot_worker::take(const frame& one) {
  if (const std::string fault = obey(one); !fault.empty()) lose(fault);
}

/// \returns what is wrong with it; empty if nothing.
std::string pilot_worker::obey(const frame& one) {
  const auto understood = [](bool it_was) {
    return it_was ? std::string() : std::string("it sent an invalid message");
  };
  if (stage_ == stage::starting || (one.kind != frame_kind::hello && slots_ == 0))
    return understood(false);
  switch (one.kind) {
    case frame_kind::hello:
      return understood(hear_hello(one.body));
    case frame_kind::ready:
      if (stage_ != stage::greeted) return understood(false);
      stage_ = stage::ready;
      all_.joined(*this);
      return {};
    case frame_kind::refused: {
      const auto text = read_message<text_message>(one.body);
      return text ? escape_and_clip(text->text, 300) : "it refuses to work";
    }
    case frame_kind::out:
      return understood(hear_output(output_stream::out, one.body));
    case frame_kind::err:
      return understood(hear_output(output_stream::err, one.body));
    case frame_kind::enter:
    case frame_kind::piece:
    case frame_kind::leave:
      return understood(hear_file(one));
    case frame_kind::ended:
      return hear_ended(one.body);
    case frame_kind::returned:
      return understood(hear_returned(one.body));
    case frame_kind::draining:
      if (stage_ == stage::ready) {
        stage_ = stage::draining;
        all_.warn(*this, "it was told to end: it takes no more jobs");
      }
      if (stage_ == stage::draining) drained();
      return {};
    case frame_kind::shield:
      return understood(hear_shield(one.body));
    case frame_kind::room: {
      const auto room = read_message<room_message>(one.body);
      if (!room) return understood(false);
      room_missing_ = room->missing;
      if (!room_missing_) all_.room_changed();
      return {};
    }
    case frame_kind::told:
      return understood(hear_told(one.body));
    case frame_kind::stuck: {
      const auto stuck = read_message<stuck_message>(one.body);
      if (stuck) all_.tell(stuck->process);
      return understood(stuck.has_value());
    }
    case frame_kind::left:
      return understood(hear_left(one.body));
    case frame_kind::resume:
      if (answers_to_come_ == 0) return understood(false);
      if (--answers_to_come_ == 0) all_.room_changed();
      return {};
    case frame_kind::beat:
      return {};
    default:
      return understood(false);
  }
}

bool pilot_worker::hear_hello(std::string_view body) {
  const auto hello = read_message<hello_message>(body);
  if (!hello || stage_ != stage::greeted || hello->slots == 0) return false;
  if (hello->gpus.names.size() > most_gpus || !std::ranges::all_of(hello->gpus.names, is_gpu_name))
    return false;
  constexpr std::uint32_t most_slots = 100'000;
  slots_ = how_.slots.value_or(std::min(hello->slots, most_slots));
  setup_message setup;
  setup.version = version;
  setup.node = how_.node;
  setup.dir = how_.dir;
  setup.close_timeout = all_.settings_.close_timeout;
  setup.wait_timeout = all_.settings_.wait_timeout;
  setup.term_timeout = all_.settings_.term_timeout;
  setup.leftovers = all_.settings_.leftovers;
  setup.control_groups = all_.settings_.control_groups;
  setup.slot_variable = all_.settings_.slot_variable;
  setup.files = all_.settings_.files;
  setup.beat = all_.settings_.beat;
  setup.silence = all_.settings_.run_silence;
  send(frame_kind::setup, setup);
  set_up_ = true;
  if (all_.suspended_) suspend();
  machine_ = all_.machine_of(how_, {hello->memory, static_cast<double>(hello->milli_cpus) / 1000},
                             hello->gpus);
  name_ = escape_and_clip(how_.node.empty() ? hello->node : how_.node, 100);
  name_ = all_.unique_name(*this);
  return true;
}

bool pilot_worker::hear_output(output_stream which, std::string_view body) {
  const auto piece = read_message<output_message>(body);
  if (!piece) return false;
  const auto place = attempts_.find(piece->id);
  if (place == attempts_.end()) return false;
  pilot_attempt* const attempt = place->second.attempt;
  return attempt == nullptr || attempt->take_output(which, piece->bytes);
}

std::string pilot_worker::hear_ended(std::string_view body) {
  auto ended = read_message<ended_message>(body);
  const auto place = ended ? attempts_.find(ended->id) : attempts_.end();
  if (place == attempts_.end()) return "it reported the end of a job it did not have";
  // Kept until this is known to be an end: a lie loses the worker, and the job goes elsewhere.
  pilot_attempt* const attempt = place->second.attempt;
  judge_files(*ended);
  if (attempt != nullptr && !attempt->ended(*ended, name_))
    return "it reported an impossible outcome";
  release(ended->id);
  if (stage_ == stage::draining)
    drained();
  else
    all_.room_changed();
  return {};
}

bool pilot_worker::hear_returned(std::string_view body) {
  const auto back = read_message<returned_message>(body);
  if (!back || !attempts_.contains(back->id)) return false;
  pilot_attempt* const attempt = release(back->id);
  if (attempt != nullptr && back->begun)
    all_.lost(*attempt, *this, "terminated with its worker");
  else if (attempt != nullptr)
    all_.handed_back(*attempt);
  if (stage_ == stage::draining) drained();
  return true;
}

bool pilot_worker::hear_shield(std::string_view body) {
  const auto shield = read_message<shield_message>(body);
  const auto place = shield ? attempts_.find(shield->id) : attempts_.end();
  if (place == attempts_.end()) return false;
  if (place->second.attempt != nullptr) place->second.attempt->shield_changed(shield->there);
  return true;
}

bool pilot_worker::hear_told(std::string_view body) {
  const auto text = read_message<text_message>(body);
  if (text && ++lines_told_ <= most_lines_told) all_.warn(*this, text->text);
  return text.has_value();
}

bool pilot_worker::hear_left(std::string_view body) {
  auto left = read_message<left_message>(body);
  if (!left || stage_ != stage::finishing) return false;
  std::ranges::move(left->all.living, std::back_inserter(all_.left_.living));
  std::ranges::move(left->all.stuck, std::back_inserter(all_.left_.stuck));
  part(false);
  return true;
}

/// Whatever it was doing: nothing it says is believed any more.
void pilot_worker::lose(const std::string& why) {
  if (is_closed()) return;
  const stage before = std::exchange(stage_, stage::parting);
  lost_ = true;
  const std::size_t jobs = attempts_.size();
  if (before < stage::ready)
    failed_start_ = why;
  else if (jobs == 0)
    all_.warn(*this, "lost: " + why);
  else
    all_.warn(*this, fmt::format("lost with {} {}: {}", jobs, jobs == 1 ? "job" : "jobs", why));
  std::vector<std::pair<std::uint64_t, pilot_attempt*>> had;
  for (const auto& [id, room] : attempts_) {
    had.emplace_back(id, room.attempt);
    give_back(room);
  }
  std::ranges::sort(had);
  attempts_.clear();
  files_.clear();
  part(false);
  for (const auto& [id, attempt] : had)
    if (attempt != nullptr) all_.lost(*attempt, *this, why);
}

/// One of the last jobs of a worker that takes no more has ended.
void pilot_worker::drained() {
  if (attempts_.empty()) return part(false);
  all_.capacity_changed();
}

}  // namespace weir
