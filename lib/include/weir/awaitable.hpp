/// The coroutine type of the engine and its seams: Asio's awaitable, bound to one io_context.
///
/// Naming the executor type avoids type erasure in every co_spawn and every operation.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace weir {

using loop_executor = boost::asio::io_context::executor_type;

template <typename T = void>
using awaitable = boost::asio::awaitable<T, loop_executor>;

}  // namespace weir
