#include "file_conflicts.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/escape.hpp"

namespace weir::cli {

namespace {

namespace fs = std::filesystem;

struct named_file {
  std::string use;  ///< "--joblog", "stdin"
  fs::path path;
};

/// Of files that are there links are followed; of others the names are compared.
bool are_same(const fs::path& a, const fs::path& b) {
  std::error_code none;
  if (fs::exists(a, none) && fs::exists(b, none))
    return fs::is_regular_file(a, none) && fs::equivalent(a, b, none);
  return fs::weakly_canonical(fs::absolute(a), none) == fs::weakly_canonical(fs::absolute(b), none);
}

std::vector<named_file> inputs_of(const options& o) {
  std::vector<named_file> files{{"stdin", "/proc/self/fd/0"}};
  for (const auto& name : o.arg_files) files.push_back({"-a", name});
  for (const auto& group : o.inputs)
    for (const auto& name : group.files ? group.words : std::vector<std::string>())
      files.push_back({"::::", name});
  if (!o.manifest.file.empty()) files.push_back({"--file", o.manifest.file});
  return files;
}

std::vector<named_file> records_of(const options& o) {
  std::vector<named_file> files;
  if (!o.journal.path.empty())
    files.push_back({o.journal.resume ? "--resume" : "--journal", o.journal.path});
  if (!o.durations.empty()) files.push_back({"--durations", o.durations});
  for (const auto& each : o.records) files.push_back({std::string(each.format->option), each.path});
  return files;
}

}  // namespace

void check_files(const options& o) {
  std::vector<named_file> taken = inputs_of(o);
  taken.push_back({"stdout", "/proc/self/fd/1"});
  taken.push_back({"stderr", "/proc/self/fd/2"});
  for (const auto& record : records_of(o)) {
    for (const auto& other : taken)
      if (are_same(record.path, other.path))
        throw usage_error(fmt::format("{}: {} is also {}: expected a file of its own", record.use,
                                      escape(record.path.string()), other.use));
    taken.push_back(record);
  }
}

}  // namespace weir::cli
