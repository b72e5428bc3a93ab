/// Progress for a program that shows it, such as zenity --progress: GNU parallel's --bar where
/// stderr is no terminal.
///
/// A line that begins with # is a text, one that begins with a number is the share that is done. A
/// carriage return stands before each newline, as people turn those of GNU parallel into newlines
/// on the way.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "report/progress_state.hpp"

namespace weir {

class percent_lines {
 public:
  using time_point = progress_state::time_point;
  using printer = std::function<void(std::string_view line)>;

  /// \param print takes a line without its newline. `state` must outlive this.
  percent_lines(const progress_state& state, time_point start, bool utf8, printer print);

  /// Prints how things stand. \returns when to be called again.
  time_point tick(time_point now);

 private:
  const progress_state& state_;
  time_point start_;
  bool utf8_;
  printer print_;
};

}  // namespace weir
