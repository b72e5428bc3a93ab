/// An answer by exception: what a handler throws instead of answering.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <weir/web/response.hpp>

namespace weir::web {

/// `throw http_error(status::not_found, "no such order")`. It is an answer, not a failure: no
/// exception handler is told of it.
class http_error : public std::runtime_error {
 public:
  /// \param text shown to the client, in a line; empty: the status's own words.
  explicit http_error(status code, const std::string& text = "");
  explicit http_error(web::response answer);

  const web::response& answer() const noexcept { return answer_; }

 private:
  web::response answer_;
};

}  // namespace weir::web
