/// An input that returns the planned jobs: in bursts, after stalls, or with an error at the end.
#pragma once

#include <memory>
#include <optional>

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
  void close() override;

 private:
  weir::awaitable<> stall(milliseconds how_long);

  const scenario& plan_;
  simulated_clock& clock_;
  invariants& told_;
  std::size_t given_ = 0;
  bool closed_ = false;
  weir::completion over_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace simulation
