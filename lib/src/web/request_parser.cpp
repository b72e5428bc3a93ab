// Beast's parser, and checks for what it lets pass.
#include "web/request_parser.hpp"

#include <functional>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace weir::web::detail {

namespace http = boost::beast::http;

namespace {

std::string_view plain(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

request_parser::request_parser(request& into, std::size_t header_limit) : request_(into) {
  request_.clear();
  this->header_limit(static_cast<std::uint32_t>(header_limit));
  body_limit(boost::none);  // the reader of the body counts
}

status request_parser::status_for(const error_code& error) const {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return request_.lines_.empty() && request_.target_.size == 0
               ? status::uri_too_long
               : status::request_header_fields_too_large;
  if (error == http::error::bad_version) return status::http_version_not_supported;
  return status::bad_request;
}

request_parser::progress request_parser::put_some(boost::beast::flat_buffer& input) {
  error_code error;
  bytes_ = input.cdata();
  const std::size_t taken = put(bytes_, error);
  input.consume(taken);
  if (error == http::error::need_more && input.size() == input.max_size())
    error = http::error::header_limit;
  if (error == http::error::need_more) return progress::more;
  if (!error) return progress::head_done;
  if (!refused_) refusal_ = status_for(error);
  return progress::broken;
}

request_parser::progress request_parser::take_head(boost::beast::flat_buffer& input) {
  for (;;) {
    const progress p = put_some(input);
    if (p != progress::head_done || is_header_done()) return p;
  }
}

request_parser::progress request_parser::take_body(boost::beast::flat_buffer& input,
                                                   std::string& piece) {
  piece_ = &piece;
  const std::size_t before = piece.size();
  while (!is_done()) {
    const bool nothing = input.size() == 0;
    if (nothing) return piece.size() > before ? progress::head_done : progress::more;
    const progress p = put_some(input);
    if (p == progress::broken) return p;
    if (p == progress::more) return piece.size() > before ? progress::head_done : p;
  }
  return progress::head_done;
}

void request_parser::on_request_impl(verb method, string_view method_text, string_view target,
                                     int version, error_code&) {
  request_.method_ = method;
  request_.version_ = version;
  request_.target_ = request_.keep(plain(target));
  (void)method_text;
}

/// Beast joins the lines of a folded value in a separate buffer.
bool request_parser::is_folded(string_view value) const {
  const std::less<> before;
  const auto* const begin = static_cast<const char*>(bytes_.data());
  return !value.empty() &&
         (before(value.data(), begin) || !before(value.data(), begin + bytes_.size()));
}

void request_parser::check_field(field name, string_view value, error_code& error) {
  switch (name) {
    case field::host:
      if (++hosts_ > 1) error = http::error::bad_field;
      break;
    case field::content_length:
      if (++lengths_ > 1 || value.find(',') != string_view::npos)
        error = http::error::multiple_content_length;
      break;
    case field::transfer_encoding:
      if (++encodings_ > 1 || request_.version_ < 11) {
        error = http::error::bad_transfer_encoding;
      } else if (!boost::beast::iequals(value, "chunked")) {
        error = http::error::bad_transfer_encoding;
        refused_ = true;
        refusal_ = status::not_implemented;
      }
      break;
    case field::expect:
      if (boost::beast::iequals(value, "100-continue")) {
        expects_continue_ = request_.version_ >= 11;
      } else {
        error = http::error::bad_value;
        refused_ = true;
        refusal_ = status::expectation_failed;
      }
      break;
    default:
      break;
  }
}

void request_parser::on_field_impl(field name, string_view text, string_view value,
                                   error_code& error) {
  // After the last chunk: trailers, which are not used.
  if (is_header_done()) return;
  if (is_folded(value)) error = http::error::bad_value;
  if (!error) check_field(name, value, error);
  if (error) return;
  const auto kept = request_.keep(plain(text));
  request_.lines_.push_back({name, kept, request_.keep(plain(value))});
}

void request_parser::on_header_impl(error_code& error) {
  if (request_.version_ >= 11 && hosts_ == 0) error = http::error::bad_field;
  if (!chunked()) request_.content_length_ = content_length().value_or(0);
}

std::size_t request_parser::on_body_impl(string_view bytes, error_code&) {
  piece_->append(bytes.data(), bytes.size());
  return bytes.size();
}

std::size_t request_parser::on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) {
  piece_->append(bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace weir::web::detail
