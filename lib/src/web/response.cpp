// Responses, and those thrown as exceptions.
#include <weir/web/response.hpp>

#include <algorithm>
#include <stdexcept>

#include <boost/beast/http/status.hpp>
#include <weir/web/http_error.hpp>

#include "web/response_text.hpp"

namespace weir::web {

namespace {

using detail::same_name;

/// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

/// RFC 9110, section 5.5: no control characters except the tab; nothing that ends the line.
bool is_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= ' ' && byte != 0x7f);
  });
}

void check_line(std::string_view name, std::string_view value) {
  for (const char* const ours : {"Transfer-Encoding", "Connection", "Date"})
    if (same_name(name, ours))
      throw std::invalid_argument("response: " + std::string(ours) + " is set by the server");
  if (!is_token(name))
    throw std::invalid_argument("response: \"" + std::string(name) + "\" is not a header name");
  if (!is_value(value))
    throw std::invalid_argument("response: the value of " + std::string(name) +
                                " has a control character");
}

std::string line_of(status code, const std::string& text) {
  if (!text.empty()) return text + '\n';
  const auto reason = boost::beast::http::obsolete_reason(code);
  return std::to_string(static_cast<unsigned>(code)) + ' ' +
         std::string(reason.data(), reason.size()) + '\n';
}

std::string reason_of(const response& answer) {
  return std::to_string(static_cast<unsigned>(answer.status())) + ' ' +
         answer.body().substr(0, answer.body().find('\n'));
}

}  // namespace

response& response::set(std::string_view name, std::string_view value) {
  check_line(name, value);
  std::erase_if(headers_, [name](const auto& line) { return same_name(line.first, name); });
  headers_.emplace_back(name, value);
  return *this;
}

response& response::add(std::string_view name, std::string_view value) {
  check_line(name, value);
  headers_.emplace_back(name, value);
  return *this;
}

std::string_view response::header(std::string_view name) const noexcept {
  const auto it = std::find_if(headers_.begin(), headers_.end(),
                               [name](const auto& line) { return same_name(line.first, name); });
  return it == headers_.end() ? std::string_view() : std::string_view(it->second);
}

http_error::http_error(web::status code, const std::string& text)
    : http_error(response(line_of(code, text), code)) {}

http_error::http_error(response answer)
    : std::runtime_error(reason_of(answer)), answer_(std::move(answer)) {}

}  // namespace weir::web
