#include "batch/start_failures.hpp"

#include <cerrno>

namespace weir {

namespace {

/// Refused data and arguments that are too long concern a single job, and a program that is being
/// written soon no longer is.
bool lasts(const spawn_failed& failure) {
  return failure.step != "refused" && failure.error != E2BIG && failure.error != ETXTBSY;
}

bool says_nothing(const outcome& how) {
  return std::holds_alternative<cancelled>(how) || std::holds_alternative<skipped>(how);
}

}  // namespace

bool start_failures::ended(const outcome& how, bool allowed) {
  if (hopeful_ || says_nothing(how)) return false;
  const auto* const failure = std::get_if<spawn_failed>(&how);
  if (failure == nullptr || allowed || !lasts(*failure) || (first_ && *first_ != *failure)) {
    hopeful_ = true;
    return false;
  }
  if (!first_) first_ = *failure;
  return ++count_ >= enough;
}

}  // namespace weir
