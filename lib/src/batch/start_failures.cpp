#include "batch/start_failures.hpp"

#include <cerrno>

namespace weir {

namespace {

/// Arguments that are too long are one job's own, and a program that is being written soon is not.
bool lasts(int error) {
  return error != E2BIG && error != ETXTBSY;
}

bool says_nothing(const outcome& how) {
  return std::holds_alternative<cancelled>(how) || std::holds_alternative<skipped>(how);
}

}  // namespace

bool start_failures::ended(const outcome& how, bool allowed) {
  if (hopeful_ || says_nothing(how)) return false;
  const auto* const failure = std::get_if<spawn_failed>(&how);
  if (failure == nullptr || allowed || !lasts(failure->error) || (first_ && *first_ != *failure)) {
    hopeful_ = true;
    return false;
  }
  if (!first_) first_ = *failure;
  return ++count_ >= enough;
}

}  // namespace weir
