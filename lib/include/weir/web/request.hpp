/// The head of one request, as it was sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/web/http.hpp>

namespace weir::web {

namespace detail {
class request_parser;
}

/// Views into it are valid as long as the request's context.
class request {
 public:
  /// One header field.
  struct header_line {
    std::string_view name, value;
  };

  /// The method. One that Beast does not know is answered with 501 without reaching a handler.
  verb method() const noexcept { return method_; }
  /// The target as sent: "/users/7?full=1".
  std::string_view target() const noexcept { return view(target_); }
  /// 10 or 11.
  int version() const noexcept { return version_; }

  /// The value of the first field with this name, ignoring case; empty if there is none.
  std::string_view header(std::string_view name) const noexcept;
  std::string_view header(field name) const noexcept;
  /// Whether there is a field with this name.
  bool has(std::string_view name) const noexcept;
  /// The number of header fields, and field `i`, in the order in which they were sent.
  std::size_t header_count() const noexcept { return lines_.size(); }
  header_line header_at(std::size_t i) const noexcept;

  /// Content-Length; nothing for a chunked body, 0 if there is no body.
  std::optional<std::uint64_t> content_length() const noexcept { return content_length_; }

 private:
  friend class detail::request_parser;
  struct part {
    std::uint32_t at = 0, size = 0;
  };
  struct line {
    field known;
    part name, value;
  };

  std::string_view view(part p) const noexcept {
    return std::string_view(text_).substr(p.at, p.size);
  }
  part keep(std::string_view text);
  const line* find(std::string_view name) const noexcept;
  const line* find(field name) const noexcept;
  void clear() noexcept;

  std::string
      text_;  ///< all that the parts are of; one allocation for all requests of a connection
  std::vector<line> lines_;
  part target_;
  verb method_ = verb::unknown;
  int version_ = 11;
  std::optional<std::uint64_t> content_length_;
};

}  // namespace weir::web
