/// No job starts while the machine swaps (--noswap): while pages go out to swap and come back in.
///
/// Either alone does no harm: pages that nobody uses are swapped out once, and read back when they
/// are used. As in GNU parallel, both within one second count. Measuring that takes a second: until
/// then a run has one job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <weir/start_holder.hpp>

namespace weir {

class swap_gate final : public start_holder {
 public:
  /// Between two looks at the machine.
  static constexpr std::chrono::seconds looks_each{1};

  /// \param root where proc is found, without a final slash: empty for the system's own.
  explicit swap_gate(std::string root = {}) : root_(std::move(root)) {}

  std::string_view reason() const override { return "swapping"; }
  bool lets_one_run() const override { return true; }
  bool lets_start(const job_spec& job, time_point now) override;
  std::optional<time_point> asks_again() const override { return looks_again_; }

 private:
  /// Pages since the machine was started.
  struct pages {
    std::uint64_t in = 0;
    std::uint64_t out = 0;
  };
  std::optional<pages> look() const;

  std::string root_;
  time_point looks_again_{};
  std::optional<pages> before_;
  bool swaps_ = true;
};

}  // namespace weir
