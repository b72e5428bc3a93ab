/// Reads a file, or a directory with all that is in it, as a series of steps.
///
/// It knows nothing of where they go. A path that is asked for is followed if it is a symbolic
/// link; links inside a directory are handed on as links. Reading blocks, as the disk does.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cluster/tree_entry.hpp"
#include "loop/owned_fd.hpp"

namespace weir {

class tree_reader {
 public:
  struct leave {};
  /// An entry that is entered; bytes of the file entered last; the end of that file or directory.
  using step = std::variant<tree_entry, std::string_view, leave>;

  explicit tree_reader(std::string path);
  ~tree_reader();

  /// The next step. \param buffer where bytes are read into; they are valid as long as it.
  /// \pre not is_over() \throws io_error naming the file
  step next(std::span<char> buffer);
  bool is_over() const noexcept { return begun_ && levels_.empty(); }

 private:
  struct level;

  step begin(int parent, const char* path, std::string name, bool follow);
  std::string shown() const;

  std::string path_;
  bool begun_ = false;
  std::vector<level> levels_;
};

}  // namespace weir
