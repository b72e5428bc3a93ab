/// One request and its answer: what a context is the face of. It outlives its session when an
/// atomic handler does.
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

  /// Makes it ready for the next request of its connection.
  void reset(std::size_t header_limit);

  request_parser& parser() noexcept { return *parser_; }
  const request& req() const noexcept { return request_; }
  context& face() noexcept { return face_; }
  /// "GET /users/7".
  std::string line() const;
  /// The head has been taken whole, and is sound.
  void accept_head() noexcept { sound_ = true; }
  bool has_head() const noexcept { return sound_; }
  destination find(app& root);

  // The body of the request.
  awaitable<std::string_view> read();
  awaitable<std::string> body(std::size_t limit);
  /// Ends a read that waits: the request's time is over. \returns whether one did.
  bool time_out_reading();
  /// Takes what is left of the body if it has come already. \returns whether all of it has.
  bool skip_body();

  // The answer.
  awaitable<void> write(std::string_view bytes);
  /// Writes a whole answer, or the end of one that the handler has begun.
  /// \returns whether the client was sent all of it.
  awaitable<bool> finish(const response& answer);
  /// Whether the handler has begun to write.
  bool begun() const noexcept { return begun_; }
  /// The connection is the handler's from now on, to speak something else: no answer is written.
  std::shared_ptr<connection> take_over();
  bool taken_over() const noexcept { return taken_over_; }
  const std::shared_ptr<stop_signal>& stop() const noexcept { return stop_; }
  /// Whether the connection can serve another request.
  bool stays() const noexcept { return stays_; }
  /// This is the connection's last answer.
  void leave() noexcept { stays_ = false; }

  /// Called before the first byte of an answer in pieces.
  deadline* request_deadline = nullptr;
  std::optional<response> atomic_answer;
  /// What is left to do on a connection that was taken over, once its handler has ended; empty when
  /// there is nothing. \param well whether the handler returned.
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
  std::string piece_;  ///< of the body, as read gave it
  std::string out_;    ///< heads and sizes on their way
  response head_;
  framing how_ = framing::length;
  std::uint64_t left_ = 0;  ///< bytes of the body still to be written, when their number was given
  bool sound_ = false;      ///< what the parser has seen so far is a message
  bool continued_ = false;
  bool reading_ = false;
  bool timed_out_ = false;
  bool begun_ = false;
  bool stays_ = true;
  bool taken_over_ = false;
};

}  // namespace weir::web::detail
