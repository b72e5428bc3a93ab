/// The request target: path and query, taken apart and decoded. Pure: no connection, no routes.
///
/// Segments are split before they are decoded, so that %2F within one is data. What a file system
/// could take for something else (a segment that is "." or "..", a NUL) is refused here, for all.
/// Sources: RFC 9112, section 3.2; RFC 3986, sections 2.1 and 3.3.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::web::detail {

/// A target, parsed. Reused from request to request: parse keeps what is allocated.
class target {
 public:
  /// Takes "/a/b?q", "http://host/a/b?q" or "*". \returns false when it is none of these, or holds
  /// a byte, an escape or a segment that no target may hold; the target is empty then.
  bool parse(std::string_view text);

  /// The decoded segments: "/a//b" has "a", "", "b"; "/" has one, empty; "*" has none.
  const std::vector<std::string>& segments() const noexcept { return segments_; }
  /// The path as it was sent, without query.
  std::string_view path() const noexcept { return path_; }
  /// Behind the first '?', as it was sent.
  std::string_view query() const noexcept { return query_; }

 private:
  bool take_path(std::string_view path);
  void clear();

  std::vector<std::string> segments_;
  std::string path_, query_;
};

/// Decodes %XX, and '+' as a blank where `plus` says so. \returns nothing for a bad escape.
std::optional<std::string> percent_decoded(std::string_view text, bool plus = false);

/// The value of the first `name` in a query ("a=1&b=2"), decoded; empty for a name without '='.
/// \returns nothing where there is no such name; pairs that cannot be decoded are passed by.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace weir::web::detail
