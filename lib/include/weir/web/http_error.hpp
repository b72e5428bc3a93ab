/// A response by exception: what a handler may throw instead of returning one.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <weir/web/response.hpp>

namespace weir::web {

/// `throw http_error(status::not_found, "no such order")`. It is a response, not a failure, and
/// does not reach any exception handler.
class http_error : public std::runtime_error {
 public:
  /// \param text shown to the client, on one line; empty: the status's reason phrase.
  explicit http_error(status code, const std::string& text = "");
  explicit http_error(web::response answer);

  const web::response& answer() const noexcept { return answer_; }

 private:
  web::response answer_;
};

}  // namespace weir::web
