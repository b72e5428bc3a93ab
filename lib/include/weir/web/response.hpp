/// What a handler returns: a status, header fields and a body, all in memory. To send a body in
/// pieces, a handler writes it itself (context::write).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/web/http.hpp>

namespace weir::web {

namespace detail {
class exchange;
}

/// To be chained: `response("no\n", status::forbidden).set("Retry-After", "5")`.
/// Date, Content-Length, Transfer-Encoding and Connection are set by the server.
class response {
 public:
  using header_lines = std::vector<std::pair<std::string, std::string>>;

  /// 200 and no body.
  response() = default;
  /// A body of text/plain in UTF-8, unless type() says otherwise.
  // NOLINTNEXTLINE(google-explicit-constructor): co_return "hello\n" is meant to work
  response(std::string body, web::status code = web::status::ok)
      : body_(std::move(body)), status_(code) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  response(const char* body, web::status code = web::status::ok)
      : response(std::string(body), code) {}
  /// Copies the view: param, header and read return views.
  // NOLINTNEXTLINE(google-explicit-constructor)
  response(std::string_view body, web::status code = web::status::ok)
      : response(std::string(body), code) {}
  /// No body: co_return status::no_content.
  // NOLINTNEXTLINE(google-explicit-constructor)
  response(web::status code) : status_(code) {}

  response& status(web::status code) { return status_ = code, *this; }
  response& body(std::string text) { return body_ = std::move(text), *this; }
  /// Content-Type.
  response& type(std::string_view value) { return set("Content-Type", value); }
  /// Replaces all fields with this name, ignoring case.
  /// \throws std::invalid_argument for a name or value that would break the header (a newline), and
  /// for the fields that the server sets.
  response& set(std::string_view name, std::string_view value);
  /// Adds another field with this name, as for Set-Cookie. \throws as set.
  response& add(std::string_view name, std::string_view value);

  web::status status() const noexcept { return status_; }
  const std::string& body() const noexcept { return body_; }
  const header_lines& headers() const noexcept { return headers_; }
  /// The value of the first field with this name, ignoring case; empty if there is none.
  std::string_view header(std::string_view name) const noexcept;

 private:
  friend class detail::exchange;
  std::string body_;
  header_lines headers_;
  web::status status_ = web::status::ok;
};

}  // namespace weir::web
