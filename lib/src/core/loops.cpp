// The executors that weir::core is compiled for.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <weir/awaitable.hpp>
#include <weir/detail/loop_core.ipp>
#include <weir/detail/one_at_a_time.hpp>

namespace weir::detail {

bool runs_one_at_a_time(const boost::asio::any_io_executor& executor) {
  using of_a_pool = boost::asio::thread_pool::executor_type;
  if (executor.target<boost::asio::system_executor>() != nullptr) return false;
  const of_a_pool* const threads = executor.target<of_a_pool>();
  return threads == nullptr || runs_one_at_a_time(*threads);
}

template class loop_core<boost::asio::any_io_executor>;
template class loop_core<loop_executor>;

template struct runner<boost::asio::any_io_executor>;
template struct runner<loop_executor>;

}  // namespace weir::detail
