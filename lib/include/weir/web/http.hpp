/// HTTP vocabulary shared by web's headers: Beast's methods, statuses and field names.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>

namespace weir::web {

using boost::beast::http::field;
using boost::beast::http::status;
using boost::beast::http::verb;

/// The type of handlers: Asio's coroutines on any executor.
template <typename T = void>
using awaitable = boost::asio::awaitable<T, boost::asio::any_io_executor>;

}  // namespace weir::web
