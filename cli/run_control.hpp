/// --control: takes commands for a run through a socket, passes them to the run, and answers.
///
/// A command is a line: status, limit N, pause, resume, cancel NAME, kill NAME, add LINE, wait;
/// with "json " before it, the answer is one JSON object on a line. Otherwise the answer is "ok" or
/// "error" on a line, followed by text for people. `wait` is answered when the run has ended, with
/// "ended STATUS" on a line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <weir/awaitable.hpp>
#include <weir/notice.hpp>

#include "cluster/pilot_executor.hpp"
#include "loop/line_server.hpp"
#include "options.hpp"
#include "report/progress_state.hpp"
#include "run/batch_run.hpp"
#include "text/json_text.hpp"

namespace weir::cli {

class run_control final : public observer {
 public:
  /// Opens the socket. \param front the process that people know. \throws usage_error, io_error
  run_control(loop_executor loop, const options& o, pid_t front,
              std::chrono::steady_clock::time_point start);
  ~run_control() override;

  /// To be called before the loop runs. \param run must outlive this. \param elsewhere where jobs
  /// run; null: here
  void control(batch_run& run, pilot_executor* elsewhere) {
    run_ = &run;
    to_ = &run.inlet();
    elsewhere_ = elsewhere;
  }
  void on(const event& e) override;
  /// The run is over: tells those who wait for that.
  /// \param status as a shell has it: of a run that dies by a signal, 128 and its number.
  void tell_end(int status, int signal);

 private:
  struct answer;

  std::string take(std::string_view line);
  answer act(std::string_view verb, const std::string& rest);
  std::string why_no_job_starts() const;
  answer set_limit(const std::string& text);
  answer pause(bool now) const;
  answer end_jobs(const std::string& name, bool kill) const;
  std::string has_ended(const std::string& name) const;
  std::string why_not_unfinished(const std::string& number) const;
  void remember(const job_spec& accepted);
  answer add_job(const std::string& line) const;
  std::vector<std::string> worker_lines() const;
  void add_workers(std::string& to) const;
  void add_resting(std::string& to, std::chrono::steady_clock::time_point now) const;
  void add_held(json_object& to) const;
  void add_waiting(json_object& to) const;
  std::string status_for_people() const;
  std::string status_for_programs() const;
  std::string end_for_people(int status, int signal) const;
  std::string end_for_programs(int status, int signal) const;
  void add_ends(json_object& to) const;

  const pid_t front_;
  const unsigned cpus_;
  progress_state state_;
  std::optional<std::size_t> limit_;
  bool keeps_journal_;
  bool over_ = false;
  std::map<std::uint64_t, std::uint64_t> accepted_;  ///< numbers of jobs: from, to
  std::unordered_set<std::string> accepted_names_;   ///< the first ones
  const batch_run* run_ = nullptr;
  inbox* to_ = nullptr;
  pilot_executor* elsewhere_ = nullptr;
  line_server server_;
};

}  // namespace weir::cli
