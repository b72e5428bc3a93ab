// Beast's WebSocket on a connection.
#include <weir/web/websocket.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket.hpp>
#include <weir/web/http_error.hpp>

#include "web/aborted.hpp"
#include "web/exchange.hpp"
#include "web/websocket_stream.hpp"

namespace weir::web {

namespace ws = boost::beast::websocket;
namespace http = boost::beast::http;

namespace detail {

class websocket_core : public std::enable_shared_from_this<websocket_core> {
 public:
  using error_code = boost::system::error_code;

  websocket_core(exchange& owner, const boost::asio::any_io_executor& executor, std::size_t limit)
      : owner_(owner), socket_(owner.take_over(), executor), stop_(owner.stop()) {
    socket_.read_message_max(limit);
    socket_.set_option(ws::stream_base::timeout::suggested(boost::beast::role_type::server));
  }

  awaitable<void> accept(const request& asked) {
    http::request<http::empty_body> head(http::verb::get, "/", 11);
    for (std::size_t i = 0; i < asked.header_count(); ++i) {
      const auto line = asked.header_at(i);
      head.insert({line.name.data(), line.name.size()}, {line.value.data(), line.value.size()});
    }
    error_code error;
    co_await socket_.async_accept(head,
                                  boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) throw http_error(status::bad_request);  // Beast has told the client already
    boost::asio::co_spawn(
        socket_.get_executor(), end_at_stop(shared_from_this()),
        boost::asio::bind_cancellation_slot(
            over_.slot(), [self = shared_from_this()](const std::exception_ptr&) {}));
  }

  awaitable<std::optional<websocket::message>> read() {
    boost::beast::flat_buffer bytes;
    error_code error;
    co_await socket_.async_read(bytes,
                                boost::asio::redirect_error(boost::asio::use_awaitable, error));
    // Also aborted if end_at_stop() closed it; that is an end like any other.
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() != boost::asio::cancellation_type::none) throw_aborted("read");
    if (error) co_return std::nullopt;
    websocket::message got;
    got.text.assign(static_cast<const char*>(bytes.cdata().data()), bytes.size());
    got.binary = socket_.got_binary();
    co_return got;
  }

  awaitable<void> write(std::string_view bytes, bool binary) {
    socket_.binary(binary);
    error_code error;
    co_await socket_.async_write(boost::asio::buffer(bytes.data(), bytes.size()),
                                 boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) throw_aborted("write");
  }

  awaitable<void> close(ws::close_code why) {
    error_code ignored;
    if (!socket_.is_open()) co_return;
    co_await socket_.async_close(why,
                                 boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }

  /// Called when the handler no longer needs it, but still exists.
  void finish() {
    over_.emit(boost::asio::cancellation_type::terminal);
    if (socket_.is_open())
      owner_.farewell = [self = shared_from_this()](bool well) { return self->part(well); };
    else
      socket_.next_layer().bytes().close();
  }

 private:
  static awaitable<void> end_at_stop(std::shared_ptr<websocket_core> self) {
    bool over = true;
    while (over) over = co_await self->stop_->sleep(std::chrono::nanoseconds::max());
    co_await self->close(ws::close_code::going_away);
  }

  awaitable<void> part(bool well) {
    co_await close(well ? ws::close_code::normal : ws::close_code::internal_error);
    socket_.next_layer().bytes().close();
  }

  exchange& owner_;
  ws::stream<websocket_stream> socket_;
  std::shared_ptr<stop_signal> stop_;
  boost::asio::cancellation_signal over_;
};

struct websocket_access {
  static exchange& of(context& ctx) noexcept { return ctx.owner_; }
};

}  // namespace detail

awaitable<websocket> websocket::accept(context& ctx, std::size_t limit) {
  detail::exchange& owner = detail::websocket_access::of(ctx);
  const boost::asio::any_io_executor here = co_await boost::asio::this_coro::executor;
  if (ctx.req().method() != verb::get || !owner.parser().is_upgrade() || !owner.parser().done()) {
    response refused = http_error(status::upgrade_required).answer();
    throw http_error(refused.set("Upgrade", "websocket"));
  }
  auto core = std::make_shared<detail::websocket_core>(owner, here, limit);
  co_await core->accept(ctx.req());
  co_return websocket(std::move(core));
}

websocket::websocket(std::shared_ptr<detail::websocket_core> core) noexcept
    : core_(std::move(core)) {}
websocket::websocket(websocket&&) noexcept = default;
websocket& websocket::operator=(websocket&&) noexcept = default;
websocket::~websocket() {
  if (core_) core_->finish();
}

awaitable<std::optional<websocket::message>> websocket::read() {
  return core_->read();
}

awaitable<void> websocket::write(std::string_view bytes, bool binary) {
  return core_->write(bytes, binary);
}

awaitable<void> websocket::close() {
  return core_->close(ws::close_code::normal);
}

}  // namespace weir::web
