/// --results: what each job wrote and how it ended, in a directory or on a line per job.
#include "input/result_tree.hpp"
#include "report/records/record.hpp"
#include "report/records/result_directory.hpp"
#include "report/records/result_lines.hpp"
#include "report/records/result_table.hpp"
#include "report/records/result_tree_files.hpp"

namespace weir {

extern const record_format results_format;
const record_format results_format{
    "--results",
    "DIR|FILE.jsonl",
    "Keep each job's output and outcome: in a directory per job, or as JSON Lines",
    true,
    [](const record_settings& settings) {
      if (settings.path.ends_with(".jsonl")) return open_result_lines(settings);
      if (settings.in_tree && is_result_table(settings.path)) return open_result_table(settings);
      return settings.in_tree ? open_result_tree(settings) : open_result_directory(settings);
    },
    true};

}  // namespace weir
