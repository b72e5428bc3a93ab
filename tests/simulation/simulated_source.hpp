/// An input that returns the planned jobs: in bursts, after stalls, or with an error at the end;
/// and what is added from outside.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <weir/error.hpp>
#include <weir/source.hpp>

#include "loop/completion.hpp"
#include "simulation/invariants.hpp"
#include "simulation/scenario.hpp"
#include "simulation/simulated_clock.hpp"

namespace simulation {

class simulated_source final : public weir::source {
 public:
  simulated_source(const scenario& plan, simulated_clock& clock, invariants& told)
      : plan_(plan), clock_(clock), told_(told) {}

  weir::awaitable<std::optional<weir::job_spec>> next() override;
  std::vector<weir::added_job> add_line(std::string_view line, std::size_t most) override;
  void close() override;

 private:
  weir::awaitable<> stall();
  weir::job_spec make(std::size_t index);

  const scenario& plan_;
  simulated_clock& clock_;
  invariants& told_;
  std::size_t given_ = 0;  ///< of the input's jobs
  std::deque<weir::job_spec> added_;
  std::optional<simulated_clock::time_point> goes_on_at_;  ///< while it stalls
  bool closed_ = false;
  weir::completion over_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace simulation
