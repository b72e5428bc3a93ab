#include "input/manifest/line_reader.hpp"

#include <utility>

#include "input/manifest/job_reader.hpp"
#include "input/manifest/json_tree.hpp"

namespace weir::doc {

std::vector<open_job> line_reader::read(std::string_view line, field_checker& check) {
  ++number_;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
  const bool first = !std::exchange(begun_, true);
  const auto root = parse_json(line, number_, check.faults());
  if (!root) return {};
  const auto* table = check.table(*root, "line", "a JSON object");
  if (!table) return {};
  if (!find(*table, "version")) return read_job_line(*root, check);
  if (first)
    head_ = read_first_line(*root, check);
  else
    check.fault(root->at, "\"version\" stands in the first line only");
  return {};
}

std::vector<open_job> line_reader::read_job_line(const node& root, field_checker& check) {
  std::vector<open_job> jobs;
  const std::size_t before = check.fault_count();
  job_draft draft = read_job(*root.as<node::table>(), root.at, "a job", check);
  job_room left;
  if (check.fault_count() == before) expander_.expand(std::move(draft), jobs, left, check);
  return jobs;
}

}  // namespace weir::doc
