// The files of a worker's jobs: those that come before one starts, and those that go back.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/tree_sender.hpp"
#include "cluster/worker_job.hpp"

namespace weir {

namespace {

bool is_in(std::string_view path, std::string_view tree) {
  return path.starts_with(tree) && (path.size() == tree.size() || path[tree.size()] == '/');
}

bool has_succeeded(const job_settings& settings, const outcome& how) {
  const auto* const by_itself = std::get_if<exited>(&how);
  return by_itself != nullptr &&
         std::ranges::find(settings.ok, by_itself->code) != settings.ok.end();
}

}  // namespace

/// \returns whether it fits what came before.
bool worker::take_file(const frame& one) {
  if (one.kind == frame_kind::enter) {
    const auto entry = read_message<entry_message>(one.body);
    if (!entry || finishing_ || find(entry->id) != nullptr) return false;
    arrival& files = arriving_[entry->id];
    files.cleanup = entry->cleanup;
    return files.files->enter(entry->entry);
  }
  if (one.kind == frame_kind::piece) {
    const auto piece = read_message<output_message>(one.body);
    const auto files = piece ? arriving_.find(piece->id) : arriving_.end();
    return files != arriving_.end() && files->second.files->write(piece->bytes);
  }
  const auto left = read_message<attempt_message>(one.body);
  const auto files = left ? arriving_.find(left->id) : arriving_.end();
  return files != arriving_.end() && files->second.files->leave();
}

void worker::drop(const attempt_message& which) {
  if (auto arrived = arriving_.extract(which.id)) forget_arrival(std::move(arrived.mapped()));
  ended_message ended;
  ended.id = which.id;
  ended.how = cancelled{false};
  link_->send(frame_kind::ended, ended);
}

/// What is to be returned goes before the end of its job. A job that has not succeeded need not
/// have made all of it.
awaitable<> worker::give_back(job& one, attempt_result& result) {
  const job_settings& settings = one.settings();
  if (alone_ || settings.files.returned.empty() || std::holds_alternative<cancelled>(result.how))
    co_return;
  tree_sender files(*link_, one.id(), paths_of(settings, settings.files.returned), false);
  if (!has_succeeded(settings, result.how)) files.pass_over_missing();
  try {
    while (!files.go_on()) {
      co_await one.wait_for_link();
      if (!alone_ && !one.end_asked()) continue;
      result.how = cancelled{true};
      break;
    }
  } catch (const io_error& error) {
    result.how = file_failure(error, "return");
  }
  one.given_back = files.sent();
}

/// The job is over. What it was sent is removed now, what it returned when that has arrived.
void worker::forget_job(std::uint64_t id) {
  const auto over = jobs_.extract(id);
  job& one = *over.mapped();
  if (!one.settings().files.cleanup) return;
  if (one.removes_files) unwanted_.insert(one.files->written().begin(), one.files->written().end());
  if (!one.given_back.empty()) returned_[id] = std::move(one.given_back);
  remove_unneeded();
}

/// A file that is half there goes first: its directory is to be empty.
void worker::forget_arrival(arrival one) {
  if (!one.cleanup) return;
  unwanted_.insert(one.files->written().begin(), one.files->written().end());
  one.files.reset();
  remove_unneeded();
}

void worker::clean(const clean_message& which) {
  const auto paths = returned_.extract(which.id);
  if (paths && which.arrived) unwanted_.insert(paths.mapped().begin(), paths.mapped().end());
  remove_unneeded();
}

/// Several jobs may have been sent the same, or return it.
bool worker::is_needed(const std::string& path) const {
  const auto is_listed = [&](const auto& paths) {
    return std::ranges::find(paths, path) != paths.end();
  };
  if (!is_leaving_ &&
      std::ranges::any_of(setup_->files, [&](const auto& tree) { return is_in(path, tree); }))
    return true;
  for (const auto& [id, one] : jobs_)
    for (const auto* const trees : {&one->settings().files.sent, &one->settings().files.returned})
      for (const std::string& tree : paths_of(one->settings(), *trees))
        if (is_in(path, tree)) return true;
  return std::ranges::any_of(
             arriving_,
             [&](const auto& each) { return is_listed(each.second.files->written()); }) ||
         std::ranges::any_of(returned_, [&](const auto& each) { return is_listed(each.second); });
}

/// What went to this machine once goes now.
void worker::remove_rest() {
  is_leaving_ = true;
  remove_unneeded();
}

/// What is in a directory before the directory, which stays until it is empty.
void worker::remove_unneeded() {
  for (auto path = unwanted_.end(); path != unwanted_.begin();) {
    --path;
    if (is_needed(*path)) continue;
    if (std::remove(path->c_str()) == 0 || errno == ENOENT) path = unwanted_.erase(path);
  }
}

}  // namespace weir
