#include "batch/halt_policy.hpp"

namespace weir {

namespace {

/// As GNU parallel: a share of fewer jobs says nothing.
constexpr std::uint64_t fewest_for_a_share = 3;

bool matches(halt_rule::event what, verdict judged, bool allowed) {
  switch (what) {
    case halt_rule::event::fail:
      return judged == verdict::failed && !allowed;
    case halt_rule::event::success:
      return judged == verdict::succeeded;
    case halt_rule::event::done:
      return true;
  }
  return false;
}

}  // namespace

halt_rule::urgency halt_policy::ended(verdict judged, bool allowed, std::uint64_t total) {
  using urgency = halt_rule::urgency;
  if (rule_.when == urgency::never || judged == verdict::not_started ||
      judged == verdict::cancelled)
    return urgency::never;
  ++done_;
  if (matches(rule_.what, judged, allowed)) ++matching_;
  if (!rule_.percent) return matching_ >= rule_.count ? rule_.when : urgency::never;
  const bool enough = done_ >= fewest_for_a_share || done_ >= total;
  return enough && matching_ * 100 >= rule_.count * total ? rule_.when : urgency::never;
}

}  // namespace weir
