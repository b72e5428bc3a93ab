// The server object, and its options.
#include <weir/web/server.hpp>

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "web/server_core.hpp"

namespace weir::web {

namespace {

std::chrono::nanoseconds checked(const char* name, std::chrono::nanoseconds time) {
  if (time.count() < 0)
    throw std::invalid_argument(std::string("server_options: ") + name + " must not be negative");
  return time;
}

std::size_t checked(const char* name, std::size_t value, std::size_t least) {
  if (value < least)
    throw std::invalid_argument(std::string("server_options: ") + name + " must be at least " +
                                std::to_string(least));
  return value;
}

}  // namespace

server_options& server_options::sessions(std::size_t most) {
  return sessions_ = checked("sessions", most, 1), *this;
}
server_options& server_options::header_limit(std::size_t bytes) {
  return header_limit_ = checked("header_limit", bytes, 256), *this;
}
server_options& server_options::header_timeout(std::chrono::nanoseconds time) {
  return header_timeout_ = checked("header_timeout", time), *this;
}
server_options& server_options::idle_timeout(std::chrono::nanoseconds time) {
  return idle_timeout_ = checked("idle_timeout", time), *this;
}
server_options& server_options::request_timeout(std::chrono::nanoseconds time) {
  return request_timeout_ = checked("request_timeout", time), *this;
}
server_options& server_options::stall_timeout(std::chrono::nanoseconds time) {
  return stall_timeout_ = checked("stall_timeout", time), *this;
}
server_options& server_options::grace(std::chrono::nanoseconds time) {
  return grace_ = checked("grace", time), *this;
}
server_options& server_options::close_timeout(std::chrono::nanoseconds time) {
  return close_timeout_ = checked("close_timeout", time), *this;
}
server_options& server_options::half_close(bool waits) {
  return half_close_ = waits, *this;
}
server_options& server_options::on_error(failure_handler told) {
  return on_error_ = std::move(told), *this;
}

server::server(app& application, server_options options)
    : core_(std::make_shared<detail::server_core>(application, std::move(options))) {}

server::~server() {
  core_->abandon();
}

server& server::listen(std::unique_ptr<listener> from) {
  core_->listen(std::move(from));
  return *this;
}

unsigned short server::listen(const std::string& address, unsigned short port) {
  using boost::asio::ip::tcp;
  tcp::acceptor acceptor(core_->executor(), {boost::asio::ip::make_address(address), port});
  const unsigned short bound = acceptor.local_endpoint().port();
  listen(make_listener(std::move(acceptor)));
  return bound;
}

server& server::drain_on(std::initializer_list<int> signals) {
  for (const int signal : signals) core_->drain_on(signal);
  return *this;
}

awaitable<serve_report> server::serve() {
  return core_->serve();
}

serve_report server::run(boost::asio::io_context& loop) {
  std::exception_ptr failure;
  serve_report result;
  boost::asio::co_spawn(core_->executor(), serve(),
                        [&](const std::exception_ptr& error, const serve_report& report) {
                          failure = error;
                          result = report;
                        });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return result;
}

void server::drain() {
  core_->drain();
}

bool server::draining() const noexcept {
  return core_->is_draining();
}

std::size_t server::session_count() const noexcept {
  return core_->session_count();
}

std::size_t server::request_count() const noexcept {
  return core_->request_count();
}

}  // namespace weir::web
