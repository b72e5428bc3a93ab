#include "input/manifest/job_line_reader.hpp"

#include <utility>

#include "input/manifest/json_tree.hpp"

namespace weir::doc {

std::vector<open_job> job_line_reader::read(std::string_view line, field_checker& check) {
  ++number_;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
  const bool first = !std::exchange(begun_, true);
  const auto root = parse_json(line, number_, check.faults());
  const auto* table = root ? check.table(*root, "line", "a JSON object") : nullptr;
  if (!table) {
    jobs_.miss_one();
    return {};
  }
  if (!find(*table, "version")) {
    std::vector<open_job> jobs;
    job_room left;
    jobs_.take(*root, jobs, left, check);
    return jobs;
  }
  if (first) {
    head_ = read_first_line(*root, check);
    inherit(head_, context_);
    check_run(head_, *root, context_, check);
  } else {
    check.fault(root->at, "\"version\" is allowed only in the first line");
  }
  return {};
}

std::vector<open_job> job_line_reader::read_added(std::string_view line, field_checker& check) {
  std::vector<open_job> jobs;
  const auto root = parse_json(line, 1, check.faults());
  const auto* table = root ? check.table(*root, "line", "a JSON object") : nullptr;
  if (!table) return jobs;
  job_room left;
  jobs_.take(*root, jobs, left, check);
  return jobs;
}

}  // namespace weir::doc
