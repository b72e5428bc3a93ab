#include "process/load_gate.hpp"

#include <algorithm>
#include <fstream>

#include "text/size.hpp"

namespace weir {

namespace {

/// "0.20 0.18 0.12 1/80 11206": three averages, and how many processes run now, including this one
/// (proc(5)). 0 if it cannot be read: that holds nothing up.
double load_now(const std::string& file) {
  std::ifstream text(file);
  double minute = 0, five = 0, fifteen = 0, running = 0;
  text >> minute >> five >> fifteen >> running;
  return std::max(minute, running - 1);
}

}  // namespace

bool load_gate::lets_start(const job_spec&, time_point now) {
  if (now >= looks_again_) {
    load_ = load_now(root_ + "/proc/loadavg");
    looks_again_ = now + holds_for;
    unseen_ = 0;
  }
  const double load = load_ + unseen_;
  if (load < most_) return true;
  reason_ = "load (needs below " + short_number(most_) + ", is " + short_number(load) + ")";
  return false;
}

}  // namespace weir
