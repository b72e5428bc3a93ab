/// A Unix socket that takes lines from processes of the same user, and answers each.
///
/// It knows nothing of what the lines say. The kernel vouches for each client (SO_PEERCRED,
/// unix(7)). No client can hold it up or make it grow: the length of a line, the number of
/// connections and the unread answers of one are bounded. A connection that exceeds its bound is
/// closed, one too many after the line `busy`; one that is full of answers is not read from. It
/// closes connections, and removes its file, when it is destroyed.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "loop/owned_fd.hpp"
#include "loop/poll_set.hpp"

namespace weir {

class line_server final : private poll_set::watch {
 public:
  static constexpr std::size_t most_connections = 32;
  /// All that one beyond these hears.
  static constexpr std::string_view busy = "busy\n";
  static constexpr std::size_t longest_line = 64 * 1024;
  /// Bytes of answers that one connection has not read: beyond that, no more of its lines are
  /// looked at.
  static constexpr std::size_t most_unread = 256 * 1024;

  /// The answer to a line, without its last newline; empty: none, now or ever.
  using answer = std::function<std::string(std::string_view line)>;

  /// Listens at `path`, a file of mode 0600, replacing a socket there that nobody listens to.
  /// \throws io_error, EADDRINUSE if somebody does, EEXIST for anything but a socket
  line_server(poll_set& set, std::string path, answer to);
  ~line_server() override;

  const std::string& path() const noexcept { return path_; }

  /// The end: answers the lines that had no answer, as far as their clients take it at once.
  void answer_the_rest(const answer& last);

 private:
  class connection;

  void ready(poll_set::readiness) override;
  void turn_away();
  void forget(connection& one);

  poll_set& set_;
  std::string path_;
  answer answer_;
  dev_t device_ = 0;  ///< of the file as it was made: a replacement is not removed
  ino_t inode_ = 0;
  owned_fd spare_;  ///< for when no others are left
  std::list<connection> connections_;
};

/// A connection to the socket at `path`. \throws io_error, ECONNREFUSED if nobody listens
owned_fd connect_to_socket(const std::string& path);

}  // namespace weir
