#include "report/records/journal.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "report/records/own_memory.hpp"
#include "report/shown.hpp"

namespace weir {

journal::journal(loop_executor loop, journal_file& file, journal_sync sync,
                 const record_settings& settings, pid_t pid, std::string_view dir)
    : loop_(std::move(loop)),
      file_(file),
      sync_(sync),
      settings_(settings),
      lines_(settings.run.id()) {
  lines_.add_run(buffer_, settings.run.started_at(), pid, settings.resumed,
                 {dir, shown(settings.run.command(), true), settings.again});
  write();
}

journal::~journal() = default;

void journal::take(const event& e) {
  if (const auto* started = std::get_if<attempt_started>(&e)) {
    lines_.add_start(buffer_, settings_.run.at(started->at), *started);
    write();
  } else if (const auto* placed = std::get_if<attempt_placed>(&e)) {
    lines_.add_placed(buffer_, std::chrono::system_clock::now(), *placed);
    write_at_end_of_turn();
  } else if (const auto* lost = std::get_if<attempt_lost>(&e)) {
    lines_.add_lost(buffer_, std::chrono::system_clock::now(), *lost);
    write_at_end_of_turn();
  } else if (const auto* retried = std::get_if<attempt_failed>(&e)) {
    lines_.add_end(buffer_, settings_.run.at(retried->result.ended), *retried);
    write_at_end_of_turn();
  } else if (const auto* ended = std::get_if<job_ended>(&e)) {
    jobs_.count(ended->judged, false);
    // A job that never started has nothing to record, except one skipped because of its needs.
    if (ended->is_earlier() || ended->judged == verdict::not_started || others.failed()) return;
    const std::size_t before = buffer_.size();
    lines_.add_end(buffer_, settings_.run.at(ended->result.ended), *ended);
    ends_.push_back({ended->job.seq, before, buffer_.size() - before});
    write_at_end_of_turn();
  } else if (const auto* stop = std::get_if<stop_changed>(&e)) {
    stopped_ = stop->reason;
  } else if (const auto* held = std::get_if<starts_held>(&e)) {
    held_.take(*held, std::chrono::steady_clock::now());
  } else if (const auto* told = std::get_if<controlled>(&e)) {
    lines_.add_control(buffer_, std::chrono::system_clock::now(), *told);
    write();
  } else if (const auto* left = std::get_if<process_left>(&e)) {
    lines_.add_left(buffer_, std::chrono::system_clock::now(), *left);
  }
}

void journal::write_at_end_of_turn() {
  if (std::exchange(write_posted_, true)) return;
  // Posted twice: in between, the next job in the slot starts, and its start goes into the same
  // write.
  boost::asio::post(loop_, [this, alive = std::weak_ptr<bool>(alive_)] {
    boost::asio::post(loop_, [this, alive] {
      if (alive.expired()) return;
      write_posted_ = false;
      guarded([this] { write(); });
    });
  });
}

/// Takes the ends of jobs that another record has not written yet out of the buffer, and puts in
/// those that need not wait any more. Ends stay in order: a job's comes after those of its needs.
/// Where another record has failed, all go: it may not have them, and their jobs have to run again.
void journal::let_ends_wait() {
  if (ends_.empty() && waiting_.empty()) return;
  have_others_write([this] { return ends_.size(); });
  const bool are_lost = others.failed();
  if (are_lost) waiting_.clear();
  std::string ready;
  for (; !waiting_.empty() && !others.put_off(waiting_.front().seq); waiting_.pop_front())
    ready += waiting_.front().line;
  std::size_t cut = 0;
  for (const end_in_buffer& each : ends_) {
    if (!are_lost && waiting_.empty() && !others.put_off(each.seq)) continue;
    if (!are_lost) waiting_.push_back({each.seq, buffer_.substr(each.at - cut, each.size)});
    buffer_.erase(each.at - cut, each.size);
    cut += each.size;
  }
  ends_.clear();
  buffer_.insert(0, ready);
}

void journal::write() {
  let_ends_wait();
  if (buffer_.empty()) return;
  file_.append(buffer_);
  buffer_.clear();
  unsynced_ = true;
  if (sync_ != journal_sync::each) return;
  file_.sync();
  unsynced_ = false;
}

void journal::put_out() {
  file_.check_still_there();
  write();
  if (sync_ == journal_sync::batch && std::exchange(unsynced_, false)) file_.sync_soon();
}

void journal::complete() {
  file_.check_still_there();
  lines_.add_finish(buffer_, std::chrono::system_clock::now(), jobs_, stopped_,
                    held_.json(std::chrono::steady_clock::now()), memory_floor());
  write();
  if (sync_ != journal_sync::none) file_.sync();
}

}  // namespace weir
