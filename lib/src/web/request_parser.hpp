/// From bytes to a request: Beast's parser, made stricter where two servers could understand the
/// same message differently. It knows no connection.
///
/// Refused in addition to what Beast refuses (RFC 9112, sections 2.2, 3.2, 5.2, 6.1 and 6.3): a
/// duplicate Content-Length, a Transfer-Encoding that is anything but a single "chunked", any in
/// HTTP/1.0, a missing or second Host, a value on several lines.
#pragma once

#include <string>
#include <string_view>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <weir/web/request.hpp>

namespace weir::web::detail {

class request_parser final : private boost::beast::http::basic_parser<true> {
 public:
  request_parser(request& into, std::size_t header_limit);

  enum class progress { more, head_done, broken };
  /// Takes as much of the head from `input` as it can. `more`: it needs further bytes.
  progress take_head(boost::beast::flat_buffer& input);
  /// Takes some of the body from `input` and appends it to `piece`. `head_done`: it has taken some,
  /// or the body is complete.
  progress take_body(boost::beast::flat_buffer& input, std::string& piece);

  /// Whether the whole message has been taken.
  bool done() const { return is_done(); }
  /// Whether some of the head has been taken, or seen.
  bool begun() const { return got_some(); }
  /// How to answer a broken message.
  status refusal() const noexcept { return refusal_; }
  /// Whether the client wants to keep the connection.
  bool wants_to_stay() const { return keep_alive(); }
  bool is_upgrade() const { return upgrade(); }
  bool expects_continue() const noexcept { return expects_continue_; }

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;
  using length = boost::optional<std::uint64_t>;

  void on_request_impl(verb method, string_view method_text, string_view target, int version,
                       error_code& error) override;
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(field name, string_view text, string_view value, error_code& error) override;
  void on_header_impl(error_code& error) override;
  void on_body_init_impl(const length&, error_code&) override {}
  std::size_t on_body_impl(string_view bytes, error_code& error) override;
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& error) override;
  void on_finish_impl(error_code&) override {}

  bool is_folded(string_view value) const;
  void check_field(field name, string_view value, error_code& error);
  status status_for(const error_code& error) const;
  progress put_some(boost::beast::flat_buffer& input);

  request& request_;
  std::string* piece_ = nullptr;
  boost::asio::const_buffer bytes_;  ///< the bytes being parsed
  status refusal_ = status::bad_request;
  int hosts_ = 0, lengths_ = 0, encodings_ = 0;
  bool expects_continue_ = false;
  bool refused_ = false;  ///< refusal_ is set, and takes precedence over the error
};

}  // namespace weir::web::detail
