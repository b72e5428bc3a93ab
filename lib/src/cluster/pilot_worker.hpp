/// One worker as the run sees it: its process, the stream to it, and what runs there.
///
/// It trusts nothing: attempts that it does not have, more output than it was given credit for, an
/// end that does not match, and anything that is not a message make it lost, as do its death and
/// its silence. A worker that is lost, or has nothing left to do, sees the end of its input; what
/// has not gone some time after that is terminated, then killed.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cluster/frame_link.hpp"
#include "cluster/pilot_executor.hpp"
#include "cluster/tree_receiver.hpp"
#include "cluster/tree_sender.hpp"
#include "cluster/worker_process.hpp"
#include "values/claims_account.hpp"

namespace weir {

/// A machine as far as claims are concerned: workers on the same one share it.
struct pilot_machine {
  claims_account account = claims_account();
  gpu_pool gpus = gpu_pool();
  unsigned jobs = 0;
};

class pilot_worker final : private frame_link::owner {
 public:
  using clock = frame_link::clock;

  enum class stage {
    starting,   ///< has not introduced itself
    greeted,    ///< is being set up
    ready,      ///< takes jobs
    draining,   ///< takes no more, but still has some
    finishing,  ///< ends what its jobs left running
    parting,    ///< its stream is closed; its process may live
    gone,
  };

  /// \param how must outlive it.
  pilot_worker(pilot_executor& all, const worker_launch& how);
  pilot_worker(const pilot_worker&) = delete;
  pilot_worker& operator=(const pilot_worker&) = delete;
  ~pilot_worker() override;

  void start();

  const std::string& name() const noexcept { return name_; }
  const worker_launch& launch() const noexcept { return how_; }
  stage where() const noexcept { return stage_; }
  /// It may, or it cannot but has not said why yet.
  bool may_still_help() const noexcept { return stage_ <= stage::ready || !failed_start_.empty(); }
  bool is_closed() const noexcept { return stage_ >= stage::parting; }
  bool takes_jobs() const noexcept {
    return stage_ == stage::ready && !room_missing_ && !suspended_ && answers_to_come_ == 0;
  }
  bool is_to_come() const noexcept { return stage_ < stage::ready; }
  bool has_slots_for(unsigned weight) const noexcept {
    return takes_jobs() && (used_ == 0 || used_ + weight <= slots_);
  }
  /// The capacity of its machine, shared with all workers there.
  const claims_account& machine() const noexcept { return machine_->account; }
  bool fits(const resource_claims& claims) const {
    return claims == resource_claims{} || machine().fits(claims);
  }
  bool is_idle_machine() const noexcept { return machine_->jobs == 0; }
  /// How many jobs may run there, including those that do.
  unsigned capacity() const noexcept {
    return stage_ == stage::ready ? slots_ : stage_ == stage::draining ? used_ : 0;
  }
  unsigned free_slots() const noexcept { return slots_ > used_ ? slots_ - used_ : 0; }
  worker_state state() const;

  void place(pilot_attempt& attempt);
  void end(std::uint64_t id, ending how);
  void end_shields(std::uint64_t id);
  /// The attempt will not be reported to any more.
  void forget(std::uint64_t id);
  template <typename Message>
  void send(frame_kind kind, const Message& message) {
    if (link_) link_->send(kind, message);
  }
  void send(frame_kind kind) {
    if (link_) link_->send(kind);
  }
  /// Everything stands still, and the worker has been told before this returns.
  void suspend();
  void resume();
  /// No more jobs come.
  void finish(bool unknown_too, duration grace);
  /// Sends something if nothing was sent lately, and gives the worker up as lost if it is silent.
  void look_at_time(clock::time_point now);

 private:
  /// Room of an attempt, even of one that nobody waits for any more.
  struct taken_room {
    pilot_attempt* attempt;  ///< null if forgotten
    unsigned weight;
    resource_claims claims;
    std::string gpus;  ///< as the job was told
  };

  void greeted(const greeting& one) override;
  void take(const frame& one) override;
  void broken(const std::string& why) override { lose(why); }
  void advanced() override { send_files(); }

  /// Of an attempt with files that are sent or returned.
  struct file_traffic {
    std::unique_ptr<tree_sender> out;  ///< null: all is sent, and the attempt started
    tree_receiver in{"return"};
    std::vector<std::string> wanted;    ///< paths that may come back
    bool begun = false;                 ///< it was its turn
    bool takes_common = false;          ///< and it goes before those of all jobs
    std::optional<spawn_failed> fault;  ///< what could not be sent
    bool cleanup = false;  ///< the worker waits to hear what becomes of what it returned
    bool removes = false;  ///< and removes what was copied
  };

  void start_there(std::uint64_t id, pilot_attempt& attempt);
  void carry_files(std::uint64_t id, const job_settings& settings);
  void send_files();
  bool drop(std::uint64_t id);
  bool hear_file(const frame& one);
  bool hear_entry(std::string_view body);
  void judge_files(ended_message& ended);
  std::string obey(const frame& one);
  bool hear_hello(std::string_view body);
  bool hear_output(output_stream which, std::string_view body);
  std::string hear_ended(std::string_view body);
  bool hear_returned(std::string_view body);
  bool hear_shield(std::string_view body);
  bool hear_told(std::string_view body);
  bool hear_left(std::string_view body);
  pilot_attempt* release(std::uint64_t id);
  void give_back(const taken_room& room);
  void lose(const std::string& why);
  void drained();
  void tell_failed_start();
  void tell_half_death();
  void part(bool at_once);
  void follow_ladder();
  void process_ended();

  pilot_executor& all_;
  const worker_launch& how_;
  std::string name_;
  stage stage_ = stage::starting;
  std::unique_ptr<worker_process> process_;
  std::unique_ptr<frame_link> link_;
  unsigned slots_ = 1;
  unsigned used_ = 0;
  bool room_missing_ = false;
  bool lost_ = false;
  bool set_up_ = false;  ///< and understands all that follows
  bool suspended_ = false;
  /// To `resume`. A worker that stands still does not miss the run: before it has answered it may
  /// be cut off, and a job that it got late would run beside the same one elsewhere.
  unsigned answers_to_come_ = 0;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, taken_room> attempts_;
  std::map<std::uint64_t, file_traffic> files_;
  bool has_common_ = false;  ///< pilot_settings::files are there
  std::shared_ptr<pilot_machine> machine_ = std::make_shared<pilot_machine>();
  std::shared_ptr<const job_settings> settings_;  ///< the last ones it was sent
  std::string failed_start_;                      ///< why, until that is reported
  unsigned lines_told_ = 0;
  unsigned ladder_ = 0;
  timer_queue::timer next_step_;
  clock::time_point heard_at_least_{};
};

}  // namespace weir
