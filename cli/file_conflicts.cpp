#include "file_conflicts.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "files/record_file.hpp"
#include "files/replace_file.hpp"
#include "input/result_tree.hpp"
#include "option_errors.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

namespace fs = std::filesystem;

struct named_file {
  std::string use;  ///< "--joblog", "stdin"
  fs::path path;
  bool is_of_jobs = false;  ///< what they write goes there
};

/// Links are followed, even to something that does not exist yet. Empty: it cannot be seen, as in a
/// directory that one may not enter.
fs::path place_of(const fs::path& path) {
  std::error_code none;
  return fs::weakly_canonical(fs::absolute(file_replacement::target_of(path.native()), none), none);
}

/// Devices, such as /dev/null and terminals, are there for all, and a pipe may carry a record
/// beside what jobs write to it, if they write anything.
bool are_same(const named_file& record, const named_file& other) {
  struct stat one {};
  struct stat two {};
  if (::stat(record.path.c_str(), &one) == 0 && ::stat(other.path.c_str(), &two) == 0) {
    const bool is_of_its_own = S_ISREG(one.st_mode) || (S_ISFIFO(one.st_mode) && !other.is_of_jobs);
    return is_of_its_own && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
  }
  const fs::path place = place_of(record.path);
  return !place.empty() && place == place_of(other.path);
}

std::vector<named_file> inputs_of(const options& o) {
  std::vector<named_file> files{{"stdin", "/proc/self/fd/0"}};
  for (const auto& name : o.arg_files) files.push_back({o.names.of("--arg-file"), name});
  for (const auto& group : o.inputs)
    for (const auto& name : group.files ? group.words : std::vector<std::string>())
      files.push_back({"\"::::\"", name});
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

int access_error(const fs::path& path, int mode) {
  return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0 ? 0 : errno;
}

/// The errno value with which making a file, or a directory and its parents, would fail.
int obstacle_to_making(const fs::path& path, bool directory) {
  const fs::path around = path.has_parent_path() ? path.parent_path() : ".";
  struct stat about {};
  if (::stat(around.c_str(), &about) == 0)
    return S_ISDIR(about.st_mode) ? access_error(around, W_OK | X_OK) : ENOTDIR;
  if (errno != ENOENT) return errno;
  return directory ? obstacle_to_making(around, true) : ENOENT;
}

/// The errno value with which opening would fail, as far as can be seen; 0: none.
int obstacle(const fs::path& path, bool directory) {
  std::error_code none;
  if (fs::is_directory(path, none)) return directory ? access_error(path, W_OK | X_OK) : EISDIR;
  if (fs::exists(path, none)) return directory ? ENOTDIR : access_error(path, W_OK);
  return fs::is_symlink(path, none) ? 0 : obstacle_to_making(path, directory);
}

/// A new directory by such a name was meant to be one file, as in GNU parallel.
/// \throws usage_error
void check_result_name(const fs::path& path) {
  const std::string& name = path.native();
  std::error_code none;
  if (!is_result_table(name) && !name.ends_with(".ndjson")) return;
  if (fs::is_directory(path, none)) return;
  throw usage_error(fmt::format(
      "--results: {0}: expected a directory, as {0}/, or a file whose name ends in .jsonl",
      escape(name)));
}

/// \param table --results is a table as in GNU parallel, in one file.
void check_writable(const named_file& record, bool table) {
  const bool directory =
      record.use == "--results" && !record.path.native().ends_with(".jsonl") && !table;
  // A journal, which is also read, has better messages when it is opened.
  const bool is_journal = record.use == "--journal" || record.use == "--resume";
  if (!directory && !is_journal) named_by(record.use, [&] { check_record_place(record.path); });
  if (const int error = obstacle(record.path, directory); error != 0)
    throw usage_error(fmt::format("{}: {} cannot be {}: {}", record.use,
                                  escape(record.path.string()), directory ? "used" : "written",
                                  std::strerror(error)));
}

}  // namespace

void check_files(const options& o) {
  std::vector<named_file> taken = inputs_of(o);
  taken.push_back({"stdout", "/proc/self/fd/1", true});
  taken.push_back({"stderr", "/proc/self/fd/2", true});
  const std::vector<named_file> records = records_of(o);
  for (const auto& record : records) {
    if (record.path == "-")
      throw usage_error(record.use +
                        ": \"-\": expected a file, such as ./- for one named -; stdout is for the "
                        "output of jobs");
    for (const auto& other : taken)
      if (are_same(record, other))
        throw usage_error(fmt::format("{}: {} is also {}: expected a file of its own", record.use,
                                      escape(record.path.string()), other.use));
    taken.push_back(record);
  }
  const bool table = o.items.results && is_result_table(*o.items.results);
  for (const auto& record : records) {
    if (record.use == "--results" && !o.items.results) check_result_name(record.path);
    check_writable(record, table);
  }
}

}  // namespace weir::cli
