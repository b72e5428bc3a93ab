#include "dialects/parallel_records.hpp"

#include <optional>

#include <weir/error.hpp>

#include "input/result_tree.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

bool take_shown(parallel_records& records, std::string_view option) {
  if (option == "-v")
    records.lines_in_output = true;
  else if (option == "--silent")
    records.lines_in_output = false;
  else if (option == "-t")
    records.prints_starts = true;
  else
    return false;
  return true;
}

std::optional<parallel_resume> resume_by(std::string_view option) {
  if (option == "--resume") return parallel_resume::unended;
  if (option == "--resume-failed") return parallel_resume::unsuccessful;
  if (option == "--retry-failed") return parallel_resume::failed;
  return std::nullopt;
}

}  // namespace

bool take_record_option(parallel_records& records, const given_foreign_option& o) {
  const std::string_view option = o.option->first_name();
  if (option == "--joblog") {
    records.keeps_joblog = o.value->starts_with('+');
    records.joblog = o.value->substr(records.keeps_joblog ? 1 : 0);
    if (records.joblog.empty())
      throw usage_error(o.name + ": expected FILE, found \"" + *o.value + '"');
    return true;
  }
  if (option == "--results") {
    records.results = *o.value;
    if (records.results.empty()) throw usage_error(o.name + ": expected DIR, found an empty word");
    if (records.results.starts_with("-.") && is_result_table(records.results))
      throw usage_error(o.name + ": " + records.results +
                        ": expected a file: tables cannot be written to stdout");
    return true;
  }
  if (option == "--files") {
    records.names_files = true;
    return true;
  }
  const auto resume = resume_by(option);
  if (!resume) return take_shown(records, option);
  records.resume = *resume;
  records.resumed_by = o.name;
  return true;
}

std::vector<std::string> words_for(parallel_records& records, bool by_chance) {
  const bool one_file = records.results.ends_with(".jsonl") || is_result_table(records.results);
  if (records.names_files && one_file)
    throw usage_error("--files: expected a directory in --results, found " +
                      escape(records.results));
  const bool by_results =
      !records.results.empty() && !one_file && records.resume == parallel_resume::unended;
  if (records.joblog.empty() && !records.resumed_by.empty() && !by_results)
    throw usage_error(records.resumed_by + ": needs --joblog FILE, to know which jobs have run");
  if (by_chance && records.resume != parallel_resume::all &&
      records.resume != parallel_resume::failed && !by_results)
    throw usage_error(records.resumed_by +
                      " identifies jobs by number: with --shuf, also give the --shuf-seed N that "
                      "the earlier run printed");
  records.keeps_joblog = records.keeps_joblog || !records.resumed_by.empty();
  std::vector<std::string> words;
  if (!records.joblog.empty()) words = {"--joblog", records.joblog};
  // weir's own command line takes a table for a directory, and a value with placeholders that is a
  // word of its own for a COMMAND that is missing.
  if (!records.results.empty() && !is_result_table(records.results))
    words.push_back("--results=" + records.results);
  if (records.prints_starts) words.emplace_back("-t");
  return words;
}

}  // namespace weir
