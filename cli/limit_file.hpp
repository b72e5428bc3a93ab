/// -j FILE: a file says how many jobs run at once, and takes effect again when it is changed.
#pragma once

#include <optional>
#include <string>

#include <sys/stat.h>

#include <weir/notice.hpp>

#include "loop/timer_queue.hpp"

namespace weir::cli {

/// The limit in the file, if `text` names one. \throws usage_error if the file contains no limit
std::optional<unsigned> limit_in_file(const std::string& option, const std::string& text,
                                      unsigned cpus);

class limit_file {
 public:
  /// \param option as it was typed. \param timers must outlive this.
  limit_file(timer_queue& timers, std::string option, std::string path, unsigned cpus)
      : timers_(timers), option_(std::move(option)), path_(std::move(path)), cpus_(cpus) {}

  /// From now on, checks the file once a second. \param to must outlive this.
  void watch(inbox& to);

 private:
  struct stamp {
    ino_t inode = 0;
    off_t size = 0;
    time_t seconds = 0;
    long nanoseconds = 0;
    bool operator==(const stamp&) const = default;
  };

  stamp look() const;
  void read_if_changed();
  void wait();

  timer_queue& timers_;
  std::string option_, path_;
  unsigned cpus_;
  inbox* to_ = nullptr;
  stamp seen_;
  timer_queue::timer next_;
};

}  // namespace weir::cli
