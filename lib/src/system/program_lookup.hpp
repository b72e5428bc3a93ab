/// Finds programs in PATH, once per distinct name.
///
/// execvp(3) would walk PATH at every start, in the child. The lookup itself is Boost.Process v2's.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace weir::system {

class program_lookup {
 public:
  /// \param path the value of PATH; empty means that of execvp(3): /bin:/usr/bin.
  explicit program_lookup(std::string path);

  struct result {
    std::string path;  ///< what to execute; empty when there is none
    int error = 0;     ///< ENOENT: nowhere; EACCES: found, but not executable
  };

  /// A name with a slash is its own path. Results that were found are kept; the reference is valid
  /// until forget() or destruction.
  const result& find(std::string_view program);

  /// The program is gone from where it was found: look anew the next time.
  void forget(std::string_view program);

 private:
  result search(const std::string& program) const;

  std::string path_;
  std::unordered_map<std::string, result> found_;
  std::string last_name_;  ///< most runs have one program: no hash for it
  const result* last_ = nullptr;
};

}  // namespace weir::system
