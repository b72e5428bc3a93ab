/// What must never happen to a run with workers, and the observer that checks a history against it.
///
/// It hears what the run says, and knows what really ran where: the simulated machines tell. It
/// shares no code with what it judges.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <weir/event.hpp>
#include <weir/executor.hpp>
#include <weir/run_result.hpp>

#include "loop/timer_queue.hpp"
#include "simulation/simulated_clock.hpp"
#include "simulation/workers/plan.hpp"

namespace simulation::workers {

/// Every machine has as much.
inline const weir::resource_claims machine_of_workers{1000, 2.0, 2};

inline std::string name_of(std::size_t worker) {
  return "w" + std::to_string(worker);
}

inline std::string job_text(std::uint64_t seq) {
  return "job " + std::to_string(seq);
}

struct broken_rule {
  std::string rule;
  std::string how;
};

class rules final : public weir::observer {
 public:
  using time_point = weir::time_source::time_point;

  rules(const plan& p, simulated_clock& clock);

  void on(const weir::event& e) override;

  // What happens on workers. An execution is an attempt that really ran, which has a number.
  std::size_t begins(std::size_t worker, const weir::attempt_request& request,
                     const attempt_plan& what);
  void is_ended(std::size_t number, weir::ending how);
  /// \param told the attempt has been told to end, before.
  void part_is_ended(std::size_t number, bool told);
  void stands_still(std::size_t number, bool now) { all_[number].stands_still = now; }
  void is_over(std::size_t number, const weir::outcome& how);
  /// \returns the bytes that it writes: what others wrote differs from them.
  std::string writes(std::size_t number, weir::output_stream which, std::size_t bytes);

  // What happens to workers.
  void machine_dies(std::size_t worker);
  void connection_dies(std::size_t worker);
  void worker_is_signalled(std::size_t worker);
  void worker_ends_all(std::size_t worker);
  void worker_ended(std::size_t worker);
  void network_stalls(std::size_t worker, milliseconds lasts);

  // What happens to the run.
  void limit_is_set(std::optional<std::size_t> now);
  void weir_dies();
  /// Called now and then.
  void look();
  /// \param has_ended the run.
  void run_is_over(const weir::run_result& result, int status,
                   const std::array<std::string, 2>& received);
  /// All machines are quiet, so long after the run's end.
  void all_is_quiet();
  /// When a worker that the run has left alone must be quiet.
  time_point quiet_by() const;

  void broken(std::string rule, std::string how);
  const std::optional<broken_rule>& found() const noexcept { return found_; }
  std::uint64_t fingerprint() const noexcept { return fingerprint_; }
  bool is_suspended() const noexcept { return suspended_; }

  /// Asked about a worker's network: when it last got something, and when it saw the end.
  std::function<std::array<time_point, 2>(std::size_t)> network;
  bool keeps_trace = false;
  std::vector<std::string> trace;

 private:
  struct execution {
    std::uint64_t seq = 0;
    unsigned attempt = 0;
    std::size_t worker = 0;
    bool runs = true;
    bool obeys = true;
    bool stands_still = false;
    bool died = false;  ///< with its machine
    std::optional<weir::outcome> how;
    std::string gpus;
    std::vector<std::pair<weir::output_stream, std::string>> wrote;
    std::size_t bytes = 0;
    std::array<char, 2> last{};
  };
  /// What the run says about where an attempt is.
  struct placement {
    unsigned attempt = 0;
    std::size_t worker = 0;
    bool is_lost = false;
    std::uint64_t printed = 0;  ///< of one that is lost
  };
  struct seen_job {
    bool accepted = false;
    bool ended = false;
    bool runs = false;  ///< as the run says
    unsigned started = 0;
    unsigned failed = 0;
    unsigned losses = 0;        ///< of the present attempt
    std::uint64_t printed = 0;  ///< as a warning says, about the loss that follows
    std::vector<placement> places;
    weir::verdict judged = weir::verdict::not_started;
  };
  struct seen_worker {
    bool has_died = false;
    bool is_cut_off = false;  ///< its connection is dead
    bool was_signalled = false;
    time_point signalled_at{};
    bool ends_all = false;
    bool is_lost = false;  ///< as the run says
    bool has_ended = false;
    time_point stalled_from{}, stalled_until{};
    bool stalled_long = false;
    bool may_be_lost() const { return has_died || is_cut_off || was_signalled || stalled_long; }
  };

  void hear(const weir::job_accepted& e);
  void hear(const weir::attempt_started& e);
  void hear(const weir::attempt_placed& e);
  void hear(const weir::attempt_lost& e);
  void hear(const weir::attempt_failed& e);
  void hear(const weir::job_ended& e);
  void hear(const weir::stop_asked& e);
  void hear(const weir::stop_changed& e);
  void hear(const weir::suspended&);
  void hear(const weir::resumed&);
  void hear(const weir::warning& e);
  void hear(const auto&) {}

  const weir::job_settings& settings(std::uint64_t seq) const {
    return plan_.jobs[seq - 1].settings;
  }
  std::optional<std::size_t> worker_named(std::string_view name) const;
  execution* execution_of(std::uint64_t seq, const placement& where);
  void check_place(const execution& one, const weir::attempt_request& request);
  bool is_unheard(const execution& one) const;
  void check_machine(const execution& one);
  void check_wait_for_shields(const execution& one, const std::string& what);
  void check_truth(std::uint64_t seq, unsigned attempt, const weir::attempt_result& result);
  void check_output(const weir::run_result& result, const std::array<std::string, 2>& received);
  std::array<std::string, 2> expected_of(std::uint64_t seq);
  void check_stream(std::string_view bytes, std::size_t stream, bool may_lack);
  bool stop_is_known() const { return stop_asked_ > 0; }
  void note(std::string_view what, std::uint64_t number, std::uint64_t more = 0);

  const plan& plan_;
  simulated_clock& clock_;
  std::vector<seen_job> jobs_;  ///< by job number
  std::vector<seen_worker> workers_;
  std::vector<execution> all_;
  std::optional<broken_rule> found_;
  bool looks_away_ = false;  ///< from the run, which was killed
  std::uint64_t fingerprint_ = 0xcbf29ce484222325;

  std::optional<std::size_t> limit_;
  unsigned stop_asked_ = 0;
  bool killed_ = false;
  std::optional<weir::stop_request> first_ask_;
  time_point first_stop_{}, last_stop_{}, stopped_at_{};
  weir::stop_phase phase_ = weir::stop_phase::running;
  bool suspended_ = false;
  bool was_suspended_ = false;
  time_point suspended_at_{};
  duration suspended_for_{};
  bool is_hopeless_ = false;  ///< for some job, as a warning says
  std::optional<time_point> over_at_;
  std::array<std::vector<std::string>, 2> expected_;
  std::vector<std::uint64_t> ends_;
};

}  // namespace simulation::workers
