// Writes the heads of responses.
#include "web/response_text.hpp"

#include <charconv>
#include <cstdio>
#include <ctime>

#include <boost/beast/core/string.hpp>

namespace weir::web::detail {

namespace {

void append_number(std::string& out, std::size_t number, int base = 10) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
  out.append(digits, end);
}

/// "Date: Sun, 06 Nov 1994 08:49:37 GMT", formatted once a second (RFC 9110, section 5.6.7).
void append_date(std::string& out) {
  thread_local std::time_t formatted = -1;
  thread_local char line[64];
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != formatted) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm t{};
    gmtime_r(&now, &t);
    // Not localised: the protocol defines the names.
    char format[64];
    std::snprintf(format, sizeof format, "Date: %s, %%d %s %%Y %%H:%%M:%%S GMT\r\n",
                  days[t.tm_wday], months[t.tm_mon]);
    size = std::strftime(line, sizeof line, format, &t);
    formatted = now;
  }
  out.append(line, size);
}

bool is_length(std::string_view name) {
  return boost::beast::iequals({name.data(), name.size()}, "Content-Length");
}

void append_framing(std::string& out, const head_settings& how) {
  if (how.how == framing::length) {
    out += "Content-Length: ";
    append_number(out, how.length);
    out += "\r\n";
  } else if (how.how == framing::chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  }
  if (!how.keep_alive) {
    out += "Connection: close\r\n";
  } else if (how.says_keep_alive) {
    out += "Connection: keep-alive\r\n";
  }
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

bool is_bodiless(status code) noexcept {
  const auto number = static_cast<unsigned>(code);
  return number < 200 || code == status::no_content || code == status::not_modified;
}

void append_head(std::string& out, const response& answer, const head_settings& how) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<unsigned>(answer.status()));
  out += ' ';
  const auto reason = boost::beast::http::obsolete_reason(answer.status());
  out.append(reason.data(), reason.size());
  out += "\r\n";
  append_date(out);
  for (const auto& [name, value] : answer.headers()) {
    if (how.how != framing::given && is_length(name)) continue;  // ours is right
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  if (how.how != framing::none && answer.header("Content-Type").empty() && !answer.body().empty())
    out += "Content-Type: text/plain; charset=utf-8\r\n";
  append_framing(out, how);
  out += "\r\n";
}

void append_chunk_size(std::string& out, std::size_t bytes) {
  append_number(out, bytes, 16);
  out += "\r\n";
}

}  // namespace weir::web::detail
