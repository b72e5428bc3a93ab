#include "served.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace weir::web::test {

namespace {

using boost::asio::ip::tcp;

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

served::served(const std::function<void(app&)>& put_together, server_options options,
               const listeners& between)
    : app_(io_) {
  put_together(app_);
  server_.emplace(app_, std::move(options));
  tcp::acceptor acceptor(io_, {boost::asio::ip::address_v4::loopback(), 0});
  port_ = acceptor.local_endpoint().port();
  auto from = make_listener(std::move(acceptor));
  server_->listen(between ? between(std::move(from)) : std::move(from));
  boost::asio::co_spawn(io_, server_->serve(),
                        [this](const std::exception_ptr& error, const serve_report& report) {
                          if (error)
                            ended_.set_exception(error);
                          else
                            ended_.set_value(report);
                        });
  thread_ = std::thread([this] { io_.run(); });
}

served::~served() {
  for (int i = 0; i < 3; ++i) drain();
  finish();
}

void served::finish() {
  if (thread_.joinable()) thread_.join();
}

serve_report served::wait() {
  auto report = ended_.get_future();
  if (report.wait_for(too_long) != std::future_status::ready)
    throw std::runtime_error("the server does not end");
  finish();
  return report.get();
}

serve_report served::join() {
  drain();
  return wait();
}

std::string reply::header(std::string_view name) const {
  std::string_view left = head;
  while (!left.empty()) {
    const std::string_view line = left.substr(0, left.find("\r\n"));
    left.remove_prefix(std::min(line.size() + 2, left.size()));
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos && same_name(line.substr(0, colon), name))
      return std::string(line.substr(colon + 2));
  }
  return "";
}

client::client(int port) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("connect failed");
}

void client::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void client::reset() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void client::end_sending() {
  shutdown(fd_, SHUT_WR);
}

client& client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return *this;  // what comes back tells
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return *this;
}

std::size_t client::send_what_goes(std::size_t most) {
  const std::string piece(1 << 16, 'x');
  std::size_t gone = 0;
  pollfd ready{fd_, POLLOUT, 0};
  while (gone < most && poll(&ready, 1, 500) == 1) {
    const ssize_t n = ::send(fd_, piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n <= 0) break;
    gone += static_cast<std::size_t>(n);
  }
  return gone;
}

client& client::get(std::string_view path, std::string_view lines) {
  return send("GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(lines) +
              "\r\n");
}

bool client::fill() {
  pollfd ready{fd_, POLLIN, 0};
  if (poll(&ready, 1, static_cast<int>(std::chrono::milliseconds(too_long).count())) != 1)
    throw std::runtime_error("nothing comes");
  char buffer[65536];
  const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
  if (n <= 0) return false;
  bytes_.append(buffer, static_cast<std::size_t>(n));
  return true;
}

std::string client::read_until(std::string_view text) {
  std::size_t at = bytes_.find(text);
  while (at == std::string::npos) {
    if (!fill()) return std::exchange(bytes_, "");
    at = bytes_.find(text);
  }
  std::string taken = bytes_.substr(0, at + text.size());
  bytes_.erase(0, taken.size());
  return taken;
}

bool client::sees_end() {
  return bytes_.empty() && !fill();
}

reply client::receive(bool of_head) {
  reply r;
  r.head = read_until("\r\n\r\n");
  if (!r.head.ends_with("\r\n\r\n") || !r.head.starts_with("HTTP/1.1 ")) return r;
  const int status = std::atoi(r.head.c_str() + 9);
  if (status == 100) return receive(of_head);
  const std::string length = r.header("Content-Length");
  if (of_head || status == 204 || status == 304) {
  } else if (!length.empty()) {
    const std::size_t size = std::stoul(length);
    while (bytes_.size() < size)
      if (!fill()) return r;
    r.body = bytes_.substr(0, size);
    bytes_.erase(0, size);
  } else if (r.header("Transfer-Encoding") == "chunked") {
    for (std::size_t size = 1; size > 0;) {
      const std::string line = read_until("\r\n");
      if (!line.ends_with("\r\n")) return r;
      size = std::stoul(line, nullptr, 16);
      while (bytes_.size() < size + 2)
        if (!fill()) return r;
      r.body += bytes_.substr(0, size);
      bytes_.erase(0, size + 2);
    }
  } else {
    while (fill()) {
    }
    r.body = std::exchange(bytes_, "");
  }
  r.status = status;
  return r;
}

reply get(int port, std::string_view path) {
  client c(port);
  return c.get(path, "Connection: close\r\n").receive();
}

}  // namespace weir::web::test
