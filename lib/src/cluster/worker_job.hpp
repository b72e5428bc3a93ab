/// One attempt that a worker runs, and the sink of its output: frames, within its credit.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cluster/worker.hpp"

namespace weir {

class worker::job final : public output_sink {
 public:
  job(frame_link& link, start_message message) : link_(link), message_(std::move(message)) {}

  std::uint64_t id() const noexcept { return message_.id; }
  const job_settings& settings() const noexcept { return *message_.job.settings; }
  bool is_shielded() const noexcept { return settings().shield; }
  bool has_shield() const { return handle != nullptr && handle->has_shield(); }
  attempt_request request() {
    return {message_.job, message_.attempt, message_.slot, message_.timeout, this, message_.gpus};
  }

  void end(ending how) {
    end_asked_ = true;
    if (handle != nullptr) handle->end_alone(how);
    link_has_room_.complete();
  }
  bool end_asked() const noexcept { return end_asked_; }
  void end_shields() {
    if (handle != nullptr) handle->end_shields();
  }
  /// Tells the run whether something in it is shielded, if that has changed.
  void tell_shield() {
    const bool there = has_shield();
    if (std::exchange(shield_told_, there) != there)
      link_.send(frame_kind::shield, shield_message{id(), there});
  }
  /// The run did not ask for it.
  void end_with_worker(ending how) {
    ends_with_worker_ = ends_with_worker_ || !end_asked_;
    end(how);
  }
  bool ends_with_worker() const noexcept { return ends_with_worker_; }
  /// Some of what it wrote was dropped.
  bool has_lost_output() const noexcept { return lost_output_; }
  void limit_time(duration from_start) {
    if (handle != nullptr) handle->limit_time(from_start);
  }

  flow write(output_stream which, std::span<const char> bytes) override {
    lost_output_ = lost_output_ || (dropped_ && !bytes.empty());
    while (!dropped_ && !bytes.empty()) {
      const auto piece = bytes.first(std::min(bytes.size(), most_output_piece));
      link_.send(which == output_stream::out ? frame_kind::out : frame_kind::err,
                 output_message{id(), {piece.data(), piece.size()}});
      sent_ += piece.size();
      bytes = bytes.subspan(piece.size());
    }
    waits_ = !may_send();
    return waits_ ? flow::wait : flow::more;
  }
  int splice_file(output_stream) override { return -1; }
  flow spliced(output_stream, std::size_t) override { return flow::more; }
  bool is_live() const noexcept override { return message_.live; }

  /// \returns whether it is possible: not more than was sent.
  bool give_credit(std::uint64_t bytes) {
    if (bytes > sent_ - credited_) return false;
    credited_ += bytes;
    go_on();
    return true;
  }
  void go_on() {
    link_has_room_.complete();
    if (waits_ && may_send() && resume) {
      waits_ = false;
      resume();
    }
  }
  /// Nobody is left to take it.
  void drop_output() {
    dropped_ = true;
    go_on();
  }

  /// Until the link takes more, or nobody is to wait for that any more.
  awaitable<> wait_for_link() {
    link_has_room_.reset();
    return link_has_room_.wait();
  }

  running_attempt* handle = nullptr;
  std::unique_ptr<tree_receiver> files;  ///< those that came before it; null: none
  bool removes_files = false;            ///< those that came, when it is over
  std::vector<std::string> given_back;   ///< paths of those that went back

 private:
  bool may_send() const {
    return dropped_ || (sent_ - credited_ < output_window && !link_.is_congested());
  }

  frame_link& link_;
  start_message message_;
  std::uint64_t sent_ = 0;
  std::uint64_t credited_ = 0;
  bool waits_ = false;
  bool dropped_ = false;
  bool lost_output_ = false;
  bool end_asked_ = false;
  bool ends_with_worker_ = false;
  bool shield_told_ = false;
  completion link_has_room_;
};

}  // namespace weir
