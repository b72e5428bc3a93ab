#include "batch/halt_policy.hpp"

#include <algorithm>

namespace weir {

namespace {

/// The base of a share while the input has not ended: of the few jobs read by then, one failure
/// would be a large share.
constexpr std::uint64_t fewest_to_come = 10000;

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

halt_rule::urgency halt_policy::ended(verdict judged, bool allowed, std::uint64_t known,
                                      bool all_are_known) {
  using urgency = halt_rule::urgency;
  if (rule_.when == urgency::never || judged == verdict::not_started ||
      judged == verdict::cancelled)
    return urgency::never;
  if (matches(rule_.what, judged, allowed)) ++matching_;
  if (!rule_.percent) return matching_ >= rule_.count ? rule_.when : urgency::never;
  const std::uint64_t total = all_are_known ? known : std::max(known, fewest_to_come);
  return matching_ * 100 >= rule_.count * total ? rule_.when : urgency::never;
}

}  // namespace weir
