/// Whether an executor runs one handler at a time, as far as it says.
#pragma once

#include <type_traits>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/occupancy.hpp>
#include <boost/asio/query.hpp>

namespace weir::detail {

/// False for a thread pool and the system executor; the number of threads of an io_context is not
/// known.
bool runs_one_at_a_time(const boost::asio::any_io_executor& executor);

template <typename Executor>
bool runs_one_at_a_time(const Executor& executor) {
  if constexpr (boost::asio::can_query_v<Executor, boost::asio::execution::occupancy_t>)
    return boost::asio::query(executor, boost::asio::execution::occupancy) == 1;
  else
    return true;
}

}  // namespace weir::detail
