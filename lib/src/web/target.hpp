/// The request target: path and query, split and decoded. Pure: no connection, no routes.
///
/// Segments are split before they are decoded, so that %2F within one is data. Anything with a
/// special meaning to a file system (a segment that is "." or "..", a NUL) is refused here, for
/// everyone. Sources: RFC 9112, section 3.2; RFC 3986, sections 2.1 and 3.3.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::web::detail {

/// A parsed target. Reused from request to request: parse() keeps allocated memory.
class target {
 public:
  /// Accepts "/a/b?q", "http://host/a/b?q" or "*".
  /// \returns false for any other form, or if it contains a byte, an escape or a segment that is
  /// not allowed; the target is then empty.
  bool parse(std::string_view text);

  /// The decoded segments: "/a//b" has "a", "", "b"; "/" has one, empty; "*" has none.
  const std::vector<std::string>& segments() const noexcept { return segments_; }
  /// The path as sent, without the query.
  std::string_view path() const noexcept { return path_; }
  /// Everything after the first '?', as sent.
  std::string_view query() const noexcept { return query_; }

 private:
  bool take_path(std::string_view path);
  void clear();

  std::vector<std::string> segments_;
  std::string path_, query_;
};

/// Decodes %XX, and '+' as a blank if `plus` is set.
/// \returns nullopt for a bad escape.
std::optional<std::string> percent_decoded(std::string_view text, bool plus = false);

/// The value of the first `name` in a query ("a=1&b=2"), decoded; empty for a name without '='.
/// \returns nullopt if there is no such name; pairs that cannot be decoded are skipped.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace weir::web::detail
