#include "values/run_identity.hpp"

#include <random>
#include <utility>

#include <fmt/format.h>

namespace weir {

run_identity::run_identity(std::string command)
    : run_identity(std::move(command), std::chrono::steady_clock::now(),
                   std::chrono::system_clock::now()) {}

run_identity::run_identity(std::string command, steady_time started, wall_time started_at,
                           std::string id)
    : command_(std::move(command)),
      started_(started),
      started_at_(started_at),
      id_(std::move(id)) {}

run_identity::wall_time run_identity::at(steady_time t) const {
  return started_at_ +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(t - started_);
}

const std::string& run_identity::id() const {
  if (id_.empty()) {
    std::random_device random;
    id_ = fmt::format("{:08x}{:08x}", random(), random());
  }
  return id_;
}

}  // namespace weir
