/// One request and its answer, for which a context is the public interface. It outlives its session
/// if an atomic handler does.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <weir/web/context.hpp>

#include "web/app_core.hpp"
#include "web/connection.hpp"
#include "web/request_parser.hpp"
#include "web/response_text.hpp"
#include "web/stop_signal.hpp"

namespace weir::web::detail {

class exchange {
 public:
  exchange(std::shared_ptr<connection> bytes, std::shared_ptr<stop_signal> stop);
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;
  ~exchange() = default;

  /// Prepares it for the next request of its connection.
  void reset(std::size_t header_limit);

  request_parser& parser() noexcept { return *parser_; }
  const request& req() const noexcept { return request_; }
  context& face() noexcept { return face_; }
  /// "GET /users/7".
  std::string line() const;
  /// The head has been read completely, and is valid.
  void accept_head() noexcept { sound_ = true; }
  bool has_head() const noexcept { return sound_; }
  destination find(app& root);

  // The body of the request.
  awaitable<std::string_view> read();
  awaitable<std::string> body(std::size_t limit);
  /// Ends a pending read, because the request's time is over.
  /// \returns whether there was one.
  bool time_out_reading();
  /// Discards the rest of the body as far as it has arrived.
  /// \returns whether all of it has.
  bool skip_body();

  // The answer.
  awaitable<void> write(std::string_view bytes);
  /// Writes a whole answer, or the end of one that the handler began.
  /// \returns whether all of it was sent to the client.
  awaitable<bool> finish(const response& answer);
  /// Whether the handler has begun to write.
  bool begun() const noexcept { return begun_; }
  /// Gives the connection to the handler, to use another protocol: no answer is then written.
  std::shared_ptr<connection> take_over();
  bool taken_over() const noexcept { return taken_over_; }
  const std::shared_ptr<stop_signal>& stop() const noexcept { return stop_; }
  /// Whether the connection can serve another request.
  bool stays() const noexcept { return stays_; }
  /// This is the connection's last answer.
  void leave() noexcept { stays_ = false; }

  /// Disarmed before the first byte of an answer in pieces, and when the connection is taken over.
  deadline* request_deadline = nullptr;
  std::optional<response> atomic_answer;
  /// What remains to be done on a connection that was taken over, once its handler has ended; empty
  /// if nothing does.
  /// \param well whether the handler returned.
  std::function<awaitable<void>(bool well)> farewell;

 private:
  friend class weir::web::context;
  awaitable<void> send_continue();
  framing framing_of(const response& answer, std::size_t size) const;
  void append_head_of(const response& answer, framing how, std::size_t size);
  awaitable<void> write_first(std::string_view bytes);
  void require_room(std::size_t bytes);
  awaitable<void> put(stream::pieces parts);
  awaitable<bool> finish_begun();

  std::shared_ptr<connection> connection_;
  std::shared_ptr<stop_signal> stop_;
  request request_;
  std::optional<request_parser> parser_;
  target target_;
  std::vector<captured> captures_;
  web::app* app_ = nullptr;
  context face_;
  std::string piece_;  ///< of the body, as returned by read()
  std::string out_;    ///< heads and chunk sizes being written
  response head_;
  framing how_ = framing::length;
  std::uint64_t left_ = 0;  ///< bytes of the body still to be written, if their number was given
  bool sound_ = false;      ///< what the parser has seen so far is valid
  bool continued_ = false;
  bool reading_ = false;
  bool timed_out_ = false;
  bool begun_ = false;
  bool stays_ = true;
  bool taken_over_ = false;
};

}  // namespace weir::web::detail
