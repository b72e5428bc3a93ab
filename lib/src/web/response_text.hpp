/// Turns a response's head into bytes.
#pragma once

#include <string>
#include <string_view>

#include <weir/web/response.hpp>

namespace weir::web::detail {

/// How the end of the body after a head is recognised (RFC 9112, section 6.3).
enum class framing {
  none,       ///< there is no body, and no length: 1xx, 204, 304
  length,     ///< Content-Length
  given,      ///< a Content-Length that the response has already
  chunked,    ///< Transfer-Encoding: chunked
  until_end,  ///< the end of the connection is the end of the body
};

/// Compares names of header lines (RFC 9110, section 5.1), ignoring case.
bool same_name(std::string_view a, std::string_view b) noexcept;

/// Whether a response with this status never has a body.
bool is_bodiless(status code) noexcept;

struct head_settings {
  framing how = framing::length;
  std::size_t length = 0;        ///< with framing::length
  bool keep_alive = true;        ///< false: Connection: close
  bool says_keep_alive = false;  ///< HTTP/1.0 needs it said explicitly
};

/// Appends status line, header lines and the empty line. Every line of `answer` is safe, as
/// response::set() has checked.
void append_head(std::string& out, const response& answer, const head_settings& how);

/// Appends a chunk's size line.
void append_chunk_size(std::string& out, std::size_t bytes);

}  // namespace weir::web::detail
