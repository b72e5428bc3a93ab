/// Sends the files of an attempt over a link, as fast as it takes them.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "cluster/frame_link.hpp"
#include "cluster/tree_reader.hpp"

namespace weir {

class tree_sender {
 public:
  /// \param id of the attempt. \param cleanup see entry_message. \param link outlives this.
  tree_sender(frame_link& link, std::uint64_t id, const std::vector<std::string>& paths,
              bool cleanup);

  /// Sends until all is sent or the link is congested: then to be called again when that has
  /// advanced. \returns whether all is sent. \throws io_error naming the file
  bool go_on();
  /// Before all others. \pre nothing was sent
  void put_first(const std::vector<std::string>& paths) {
    paths_.insert(paths_.begin(), paths.begin(), paths.end());
  }
  /// A path that does not exist is passed over instead of being an error.
  void pass_over_missing() noexcept { passes_over_missing_ = true; }

  /// Paths of all that was begun, each behind the directory that it is in.
  const std::vector<std::string>& sent() const noexcept { return sent_; }

 private:
  void begin_next();
  void send(const tree_reader::step& what);

  frame_link& link_;
  std::uint64_t id_;
  std::deque<std::string> paths_;  ///< still to be begun
  std::optional<tree_reader> tree_;
  bool cleanup_;
  bool passes_over_missing_ = false;
  std::vector<std::string> within_;  ///< paths of what was entered and not left
  std::vector<std::string> sent_;
};

/// The paths, sent or returned, of a job with these settings, as seen from the working directory.
std::vector<std::string> paths_of(const job_settings& settings,
                                  const std::vector<std::string>& paths);

}  // namespace weir
