#include "loop/line_server.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <weir/error.hpp>

namespace weir {

namespace {

constexpr int backlog = 16;
/// Of one connection: nobody needs to be told the end a second time.
constexpr std::size_t most_unanswered = 4;

owned_fd open_socket() {
  owned_fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) throw io_error(errno, "socket");
  return fd;
}

/// \throws io_error if the path is too long.
sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw io_error(ENAMETOOLONG, path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

template <typename Call>
int on(int fd, const sockaddr_un& address, Call call) {
  return call(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

bool is_ours(int connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         peer.uid == ::geteuid();
}

/// A socket that nobody listens to was left by a kill -9.
void remove_left_over(const std::string& path, const sockaddr_un& address) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return;
  if (!S_ISSOCK(about.st_mode)) throw io_error(EEXIST, path);
  const owned_fd probe = open_socket();
  if (on(probe.value(), address, ::connect) != ECONNREFUSED) throw io_error(EADDRINUSE, path);
  ::unlink(path.c_str());
}

}  // namespace

class line_server::connection final : public poll_set::watch {
 public:
  connection(line_server& server, owned_fd fd) : server_(server) {
    take(std::move(fd));
    start(server_.set_);
  }

  /// It may be gone then.
  void look() { ready({}); }

  void answer_the_rest(const answer& last) {
    for (const std::string& line : unanswered_) (unread_ += last(line)) += '\n';
    unanswered_.clear();
    write();
  }

 private:
  void ready(poll_set::readiness) override {
    if (!ended_ && !has_line() && !read()) return server_.forget(*this);
    do {
      take_lines();
      if (!write()) return server_.forget(*this);
    } while (unread_.empty() && has_line());
    const bool too_long = !has_line() && line_.size() > longest_line;
    if (unread_.empty() && (ended_ || too_long)) return server_.forget(*this);
    wait_for(unread_.empty() ? poll_set::transfer::in : poll_set::transfer::out);
  }

  void wait_for(poll_set::transfer what) {
    if (what == waits_for_) return;
    waits_for_ = what;
    stop();
    start(server_.set_, what);
  }

  /// \returns false when the connection is over.
  bool read() {
    std::array<char, 16 * 1024> bytes;
    const ssize_t size = ::recv(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    ended_ = size == 0;
    line_.append(bytes.data(), static_cast<std::size_t>(size));
    return true;
  }

  bool has_line() const { return line_.find('\n') != std::string::npos; }

  void take_lines() {
    std::size_t begin = 0;
    for (std::size_t end; unread_.size() < most_unread; begin = end + 1) {
      end = line_.find('\n', begin);
      if (end == std::string::npos) break;
      const std::string_view line = std::string_view(line_).substr(begin, end - begin);
      const std::string answer = server_.answer_(line);
      if (!answer.empty())
        (unread_ += answer) += '\n';
      else if (unanswered_.size() < most_unanswered)
        unanswered_.emplace_back(line);
    }
    line_.erase(0, begin);
  }

  bool write() {
    while (!unread_.empty()) {
      const ssize_t size =
          ::send(fd(), unread_.data(), unread_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (size < 0) return errno == EAGAIN || errno == EINTR;
      unread_.erase(0, static_cast<std::size_t>(size));
    }
    return true;
  }

  line_server& server_;
  poll_set::transfer waits_for_ = poll_set::transfer::in;
  std::string line_;                     ///< lines not looked at yet, the last maybe incomplete
  std::string unread_;                   ///< answers
  std::vector<std::string> unanswered_;  ///< lines that wait for the end
  bool ended_ = false;                   ///< the client sends no more
};

line_server::line_server(poll_set& set, std::string path, answer to)
    : set_(set),
      path_(std::move(path)),
      answer_(std::move(to)),
      spare_(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {
  const sockaddr_un address = address_of(path_);
  remove_left_over(path_, address);
  owned_fd fd = open_socket();
  ::fchmod(fd.value(), 0600);  // bind's file then has this mode from the start
  if (const int error = on(fd.value(), address, ::bind); error != 0) throw io_error(error, path_);
  struct stat about {};
  if (::lstat(path_.c_str(), &about) == 0) {
    device_ = about.st_dev;
    inode_ = about.st_ino;
  }
  if (::listen(fd.value(), backlog) != 0) throw io_error(errno, path_);
  watch::take(std::move(fd));
  start(set_);
}

line_server::~line_server() {
  struct stat about {};
  if (::lstat(path_.c_str(), &about) == 0 && about.st_dev == device_ && about.st_ino == inode_)
    ::unlink(path_.c_str());
}

void line_server::ready(poll_set::readiness) {
  owned_fd one(::accept4(watch::fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!one && (errno == EMFILE || errno == ENFILE)) return turn_away();
  if (!one || !is_ours(one.value())) return;
  if (connections_.size() >= most_connections)
    ::send(one.value(), busy.data(), busy.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  else
    connections_.emplace_back(*this, std::move(one));
}

/// No descriptor is left: a waiting connection would make the loop look again and again.
void line_server::turn_away() {
  spare_ = owned_fd();
  owned_fd(::accept4(watch::fd(), nullptr, nullptr, SOCK_CLOEXEC));
  spare_ = owned_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

/// What clients have sent before this moment counts.
void line_server::answer_the_rest(const answer& last) {
  pollfd waiting{watch::fd(), POLLIN, 0};
  for (std::size_t i = 0; i<most_connections&& ::poll(&waiting, 1, 0)> 0; ++i) ready({});
  for (auto next = connections_.begin(); next != connections_.end();) (next++)->look();
  for (connection& one : connections_) one.answer_the_rest(last);
}

void line_server::forget(connection& one) {
  connections_.remove_if([&](const connection& each) { return &each == &one; });
}

owned_fd connect_to_socket(const std::string& path) {
  owned_fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw io_error(errno, "socket");
  if (const int error = on(fd.value(), address_of(path), ::connect); error != 0)
    throw io_error(error, path);
  return fd;
}

}  // namespace weir
