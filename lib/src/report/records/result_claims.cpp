#include "report/records/result_claims.hpp"

#include <weir/error.hpp>

#include "report/records/result_name.hpp"

namespace weir {

namespace {

constexpr std::string_view mark_start = "{\"run\":\"";

/// Those of an earlier run: attempt-1, attempt-2, ... as far as they exist.
void remove_attempts(const private_directory& from) {
  for (unsigned n = 1;; ++n) {
    const std::string name = attempt_directory(n);
    try {
      const auto old = from.enter(name);
      for (const char* file : result_files) old.remove(file);
    } catch (const io_error& error) {
      if (error.code() == std::errc::no_such_file_or_directory) return;
      throw;
    }
    from.remove_directory(name);
  }
}

}  // namespace

result_claims::result_claims(const private_directory& in, const std::string& run_id)
    : in_(in), mark_(std::string(mark_start) + run_id + '"') {}

bool result_claims::is_ours(const std::string& place) const {
  if (running_.contains(place)) return true;
  try {
    return in_.enter(place).head("outcome.json", mark_.size()) == mark_;
  } catch (const io_error& error) {
    if (error.code() == std::errc::no_such_file_or_directory) return false;
    throw;
  }
}

bool result_claims::take(const std::string& place) {
  if (!in_.add(place)) {
    if (is_ours(place)) return false;
    // Left by an older run: the outcome goes first, so that it never stands next to output of this
    // run.
    const auto old = in_.enter(place);
    for (const char* name : result_files) old.remove(name);
    remove_attempts(old);
  }
  running_.insert(place);
  return true;
}

/// The first free copy. Those of this run have no gaps, unless a job really has such a name: so
/// doubling, then halving.
std::string result_claims::next_place(const std::string& first) const {
  std::uint64_t taken = 0;
  std::uint64_t free = 1;
  while (is_ours(copy_of(first, free))) {
    taken = free;
    free *= 2;
  }
  while (free - taken > 1) {
    const std::uint64_t middle = taken + (free - taken) / 2;
    (is_ours(copy_of(first, middle)) ? taken : free) = middle;
  }
  return copy_of(first, free);
}

std::string result_claims::claim(const std::string& name) {
  std::string place = path_component(name);
  if (take(place)) return place;
  place = next_place(place);
  take(place);
  return place;
}

void result_claims::keep(const std::string& name) {
  const std::string place = next_place(path_component(name));
  try {
    const auto old = in_.enter(place);
    const std::string head = old.head("outcome.json", mark_.size());
    const bool is_mark =
        head.size() == mark_.size() && head.starts_with(mark_start) && head.back() == '"';
    if (is_mark) old.overwrite("outcome.json", mark_);
  } catch (const io_error& error) {
    // It left nothing here, for instance because --results was not used then.
    if (error.code() != std::errc::no_such_file_or_directory) throw;
  }
}

}  // namespace weir
