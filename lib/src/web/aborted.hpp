/// What cancelled operations throw.
#pragma once

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace weir::web::detail {

[[noreturn]] inline void throw_aborted(const char* operation) {
  throw boost::system::system_error(boost::asio::error::operation_aborted, operation);
}

}  // namespace weir::web::detail
