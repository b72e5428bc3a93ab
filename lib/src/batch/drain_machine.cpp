#include "batch/drain_machine.hpp"

namespace weir {

namespace {

/// --halt is about jobs: it does not say how urgent their output is.
bool asks_for_the_end(stop_request what) {
  return what != stop_request::finish && what != stop_request::halt;
}

}  // namespace

bool drain_machine::request(stop_request what, time_point now) {
  if (!asks_for_the_end(what)) return false;
  // A person or a supervisor insists by sending a signal.
  const bool again = begun_ && asked_ && what != stop_request::lost;
  if (what == stop_request::kill || again) at_once_ = true;
  if (!asked_) moved_at_ = now;
  asked_ = true;
  return give_up_if(begun_ && at_once_);
}

bool drain_machine::begin(time_point now, std::uint64_t moved) {
  begun_ = true;
  moved_ = moved;
  moved_at_ = now;
  return give_up_if(at_once_);
}

bool drain_machine::look(time_point now, std::uint64_t moved) {
  if (moved != moved_) moved_at_ = now;
  moved_ = moved;
  const auto end = deadline();
  return give_up_if(end && now >= *end);
}

std::optional<drain_machine::time_point> drain_machine::deadline() const {
  if (!begun_ || !asked_ || gave_up_) return std::nullopt;
  return moved_at_ + patience_;
}

/// Returns true only once.
bool drain_machine::give_up_if(bool condition) {
  if (!condition || gave_up_) return false;
  gave_up_ = true;
  return true;
}

}  // namespace weir
