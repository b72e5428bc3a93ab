/// Finds programs in PATH, once per distinct name.
///
/// execvp(3) would walk PATH at every start, in the child. A result is trusted until it cannot be
/// executed: then the search is repeated, passing over what has failed, so that a program which was
/// removed, or lost its permission, in the middle of a run is found in the next directory, as
/// execvp(3) finds it. Boost.Process v2's find_executable cannot pass anything over, and knows no
/// directory but ours.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir {

/// What to execute. Shared, since it may still be being read when it has been forgotten here.
using program_path = std::shared_ptr<const std::string>;

/// Where sh looks if PATH is not set: the default of dash and bash.
inline constexpr std::string_view default_path =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

class program_lookup {
 public:
  /// \param path the value of PATH for queries that give no other.
  explicit program_lookup(std::string path);

  struct query {
    std::string_view program;
    std::optional<std::string_view> path = {};  ///< another value of PATH
    std::string_view directory = {};  ///< where the program will run; empty: the current directory
  };

  struct result {
    program_path path;  ///< relative to query::directory, or absolute; null: the program is a path
    int error = 0;      ///< ENOENT: not found; EACCES: found, but not executable
  };

  /// A name with a slash is its own path. The reference is valid until the next call.
  const result& find(const query& wanted);

  /// The same after what was found could not be executed: searches again, everywhere but in
  /// `failed`.
  const result& find_other(const query& wanted, const std::vector<program_path>& failed);

 private:
  /// Many programs, or jobs that each have their own PATH, must not fill the memory of a long run.
  static constexpr std::size_t most_kept = 4096;

  bool is_common(const query& wanted) const;
  std::string_view path_of(const query& wanted) const;
  const std::string& key_of(const query& wanted);
  const result& keep(const query& wanted, result found);

  std::string path_;
  bool relative_;  ///< path_ has entries that depend on the directory
  std::unordered_map<std::string, result> found_;
  std::string key_;
  std::string last_name_;  ///< most runs have one program: saves hashing
  const result* last_ = nullptr;
  result missing_;
};

}  // namespace weir
