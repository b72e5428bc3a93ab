#include "run_judge.hpp"

#include <variant>

#include "report/failure_text.hpp"

namespace weir::cli {

std::string untold_failure(const job_ended& e) {
  const bool killed = std::holds_alternative<timed_out>(e.result.how);
  if (!killed && !std::holds_alternative<spawn_failed>(e.result.how)) return {};
  const std::string command = killed ? shown_title(e.job, true) : std::string();
  return failure_text(e, true) + (command.empty() ? "" : ": " + command);
}

}  // namespace weir::cli
