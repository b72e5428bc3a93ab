/// A server on a thread of its own, and a client that knows no more than sockets.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <weir/web.hpp>

namespace weir::web::test {

/// What is waited for does not come: a test has failed. Long enough for any machine.
inline constexpr auto too_long = std::chrono::seconds(60);

/// Serves from its construction to the end of join; everything of the application is the thread's.
class served {
 public:
  using listeners = std::function<std::unique_ptr<listener>(std::unique_ptr<listener>)>;
  /// `put_together` adds routes and schedulers. \param between makes another listener of its own.
  explicit served(const std::function<void(app&)>& put_together, server_options options = {},
                  const listeners& between = nullptr);
  ~served();

  int port() const noexcept { return port_; }
  server& target() noexcept { return *server_; }
  void drain() { server_->drain(); }
  /// Drains and waits. \throws what serve threw.
  serve_report join();
  /// Waits for the end without asking for it.
  serve_report wait();
  /// Runs a function on the server's thread, and gives what it returns.
  template <typename Function>
  auto ask(Function function) {
    std::packaged_task<decltype(function())()> task(std::move(function));
    auto answer = task.get_future();
    boost::asio::post(io_, std::move(task));
    return answer.get();
  }
  /// Asks until it is so. \returns false when that takes too long.
  template <typename Predicate>
  bool comes_true(Predicate predicate) {
    const auto deadline = std::chrono::steady_clock::now() + too_long;
    bool so = ask(predicate);
    while (!so && std::chrono::steady_clock::now() < deadline) so = ask(predicate);
    return so;
  }
  app& root() noexcept { return app_; }

 private:
  void finish();

  boost::asio::io_context io_;
  app app_;
  std::optional<server> server_;
  int port_ = 0;
  std::promise<serve_report> ended_;
  std::thread thread_;
};

/// What came back.
struct reply {
  int status = 0;  ///< 0: the connection ended, or was reset, before a whole answer
  std::string head, body;
  std::string header(std::string_view name) const;
};

/// A connection. Every wait ends after too_long.
class client {
 public:
  explicit client(int port);
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client() { close(); }

  client& send(std::string_view bytes);
  /// Sends up to `most` bytes, until nothing has gone for a while. \returns how many went.
  std::size_t send_what_goes(std::size_t most);
  /// "GET path" with a Host, and what else is to be in the head.
  client& get(std::string_view path, std::string_view lines = "");
  /// The next answer, by its Content-Length, chunks, or the end.
  reply receive(bool of_head = false);
  /// Whatever comes until `text` has; all of it.
  std::string read_until(std::string_view text);
  /// Whether the other side ends, or resets, without another byte.
  bool sees_end();
  void end_sending();
  /// Closes with a reset.
  void reset();
  void close();

 private:
  bool fill();
  int fd_ = -1;
  std::string bytes_;
};

/// One request on a connection of its own.
reply get(int port, std::string_view path);

}  // namespace weir::web::test
