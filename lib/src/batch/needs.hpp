/// Decides which jobs may start because of how the jobs they need have ended. Pure.
///
/// It starts nothing and knows no clock: the engine tells it of jobs and of their ends, and acts on
/// what it returns. A job may only need jobs that were added before it, as manifests list them, so
/// there are no cycles here. It keeps the jobs that have not ended, and the latest that did not
/// succeed or that follow up: any other that has ended is one that succeeded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <weir/event.hpp>

namespace weir {

class needs_graph {
 public:
  struct skip {
    std::uint64_t seq;
    std::string reason;  ///< "needs build, which failed": for outcome skipped
    bool operator==(const skip&) const = default;
  };
  /// What follows from one call, each list in rising order of seq.
  struct step {
    std::vector<std::uint64_t> ready;  ///< may start now
    std::vector<skip> skipped;  ///< will never run; they end here: do not call ended() for them
    bool operator==(const step&) const = default;
  };

  /// \param remembered jobs that are kept for later ones that may need them; nothing is known of
  /// older ones, and they count as succeeded. At least job_stream_options::names.
  explicit needs_graph(std::size_t remembered = 100'000) : remembered_(remembered) {}

  /// A job was accepted. The step includes it if its fate is already clear; without needs, it is
  /// always ready.
  /// \param name as job_spec::name; a job without one is never needed.
  step add(std::uint64_t seq, std::string_view name, std::span<const need> needs);

  /// A job that was ready has ended.
  /// - succeeded meets `success`; failed meets `failure`, and with `tolerated` (allow-failure) also
  ///   `success`; any end meets `always`. A skipped job meets neither success nor failure.
  /// - cancelled (by a halt, while running) meets `failure`: there may be something to roll back.
  /// - not_started (because of a halt) counts as skipped.
  step ended(std::uint64_t seq, verdict judged, bool tolerated = false);

  /// Whether the job, which was added, is there for when things go wrong and so runs after a halt:
  /// one of its needs is on `failure` or `always`, or all are on jobs of that kind.
  bool follows_up(std::uint64_t seq) const;

 private:
  enum class fate : std::uint8_t { open, succeeded, failed, tolerated, skipped, ended, dropped };
  struct dependent {
    std::uint64_t seq;
    need_on on;
    std::uint32_t any_of;
  };
  /// Needs of one job of which one has to be met.
  struct choice {
    std::uint32_t needs = 0;
    need_on on = need_on::success;
    bool met = false;
  };
  struct job {
    std::string name;
    fate how = fate::open;
    bool follows_up = false;
    std::size_t missing = 0;                  ///< needs whose jobs have not ended
    std::vector<dependent> dependents;        ///< jobs waiting for this one
    std::map<std::uint32_t, choice> choices;  ///< by need::any_of
  };
  struct ended_job {
    std::uint64_t seq;
    fate how;
  };

  static bool meets(fate how, need_on on) noexcept;
  static std::string reason(const job& needed, need_on on);
  static std::string reason(const choice& unmet);
  static const choice* unmet_choice(const job& waiting);
  static bool may_wait_on(job& waiting, const dependent& d, fate how);
  bool is_follow_up(std::span<const need> needs) const;
  fate fate_of(std::uint64_t seq) const;
  step spread(ended_job first, step so_far);
  void end_one(ended_job e, step& result, std::vector<ended_job>& more);
  void remember(std::uint64_t seq);

  std::size_t remembered_;
  std::unordered_map<std::uint64_t, job> jobs_;  ///< open, or ended and known
  std::deque<std::uint64_t> known_;              ///< those that have ended, oldest first
};

}  // namespace weir
