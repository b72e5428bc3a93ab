// The executors that weir::core is compiled for.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include <weir/awaitable.hpp>
#include <weir/detail/loop_core.ipp>

namespace weir::detail {

template class loop_core<boost::asio::any_io_executor>;
template class loop_core<loop_executor>;

template struct runner<boost::asio::any_io_executor>;
template struct runner<loop_executor>;

}  // namespace weir::detail
