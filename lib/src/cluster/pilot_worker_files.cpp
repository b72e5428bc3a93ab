// The files of the attempts that run on a worker: those that go there, and those that come back.
#include <algorithm>
#include <utility>
#include <vector>

#include <weir/error.hpp>

#include "cluster/pilot_attempt.hpp"
#include "cluster/pilot_worker.hpp"

namespace weir {

void pilot_worker::carry_files(std::uint64_t id, const job_settings& settings) {
  const carried_files& all = settings.files;
  file_traffic& its = files_[id];
  // Another worker in that directory may have jobs that need the same files.
  its.cleanup = all.cleanup;
  its.removes = all.cleanup && !all_.shares_machine(how_);
  its.out = std::make_unique<tree_sender>(*link_, id, paths_of(settings, all.sent), its.removes);
  its.wanted = paths_of(settings, all.returned);
  send_files();
}

/// As much as the link takes. An attempt whose files are all on their way starts.
void pilot_worker::send_files() {
  std::vector<std::uint64_t> waiting;
  for (const auto& [id, files] : files_)
    if (files.out) waiting.push_back(id);
  for (const std::uint64_t id : waiting) {
    file_traffic& files = files_.at(id);
    // One after the other: what all jobs need is there when the next one's turn comes.
    if (!std::exchange(files.begun, true) && !has_common_) {
      files.takes_common = true;
      files.out->put_first(all_.settings_.files);
    }
    try {
      if (!files.out->go_on()) return;  // the others have to wait as well
      has_common_ = has_common_ || files.takes_common;
    } catch (const io_error& error) {
      files.fault = file_failure(error, "send");
    }
    files.out.reset();
    if (files.fault)
      send(frame_kind::drop, attempt_message{id});
    else
      start_there(id, *attempts_.at(id).attempt);
  }
}

/// \returns whether its files were on their way: it is not started any more.
bool pilot_worker::drop(std::uint64_t id) {
  const auto files = files_.find(id);
  if (files == files_.end() || !std::exchange(files->second.out, nullptr)) return false;
  send(frame_kind::drop, attempt_message{id});
  return true;
}

void pilot_worker::end(std::uint64_t id, ending how) {
  if (!drop(id)) send(frame_kind::end, end_message{id, how});
}

void pilot_worker::end_shields(std::uint64_t id) {
  const bool known = std::ranges::any_of(attempts_, [](const auto& each) {
    const pilot_attempt* const attempt = each.second.attempt;
    return attempt != nullptr && attempt->has_shield();
  });
  send(frame_kind::end_shields, end_shields_message{id, known});
}

bool pilot_worker::hear_file(const frame& one) {
  if (one.kind == frame_kind::enter) return hear_entry(one.body);
  if (one.kind == frame_kind::piece) {
    const auto piece = read_message<output_message>(one.body);
    const auto files = piece ? files_.find(piece->id) : files_.end();
    return files != files_.end() && files->second.in.write(piece->bytes);
  }
  const auto left = read_message<attempt_message>(one.body);
  const auto files = left ? files_.find(left->id) : files_.end();
  return files != files_.end() && files->second.in.leave();
}

/// Nothing but what was asked for, and what is in it.
bool pilot_worker::hear_entry(std::string_view body) {
  const auto entry = read_message<entry_message>(body);
  const auto files = entry ? files_.find(entry->id) : files_.end();
  if (files == files_.end() || files->second.out) return false;
  file_traffic& its = files->second;
  const bool is_wanted = std::ranges::find(its.wanted, entry->entry.name) != its.wanted.end();
  return (is_wanted || !its.in.is_at_top()) && its.in.enter(entry->entry);
}

/// A job whose files could not be sent or returned has failed, however it ended there.
void pilot_worker::judge_files(ended_message& ended) {
  const auto files = files_.find(ended.id);
  if (files == files_.end()) return;
  const tree_receiver& in = files->second.in;
  // Such as a full disk there: the next job sends it again.
  const auto* const failed = std::get_if<spawn_failed>(&ended.how);
  if (files->second.takes_common && failed != nullptr && failed->step == "send")
    has_common_ = false;
  if (files->second.fault)
    ended.how = *files->second.fault;
  else if (in.fault() && std::holds_alternative<exited>(ended.how))
    ended.how = *in.fault();
  if (files->second.cleanup)
    send(frame_kind::clean, clean_message{ended.id, files->second.removes && in.has_copies()});
}

}  // namespace weir
