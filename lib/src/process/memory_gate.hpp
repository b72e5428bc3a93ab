/// No job starts while less memory than that is free (--memfree).
#pragma once

#include <cstdint>
#include <string>

#include <weir/start_holder.hpp>

#include "process/machine_memory.hpp"

namespace weir {

class memory_gate final : public start_holder {
 public:
  /// How long a reading is used: a burst of starts looks once.
  static constexpr std::chrono::milliseconds holds_for{100};

  /// \param wanted bytes. \param why people are told of that figure; empty: it is theirs.
  memory_gate(std::uint64_t wanted, machine_memory memory, std::string why = {})
      : wanted_(wanted), memory_(std::move(memory)), why_(std::move(why)) {}

  std::string_view reason() const override { return reason_; }
  bool lets_one_run() const override { return true; }
  bool lets_start(const job_spec& job, time_point now) override;
  std::optional<time_point> asks_again() const override { return looks_again_; }

 private:
  void look();

  std::uint64_t wanted_;
  machine_memory memory_;
  std::string why_;
  time_point looks_again_{};
  bool enough_ = true;
  std::string reason_;
};

}  // namespace weir
