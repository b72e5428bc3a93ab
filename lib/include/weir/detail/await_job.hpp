/// Makes `co_await job` compile for a job that has a name.
///
/// A coroutine of Asio can await any asynchronous operation, but keeps a reference to it as to a
/// temporary, which a named job is not, and a pointer to the result at the place where its handler
/// was called (boost/asio/impl/awaitable.hpp, awaitable_async_op). So the coroutine here keeps its
/// own operation, with the error and the result in it: in `co_await a + co_await b` GCC 12 suspends
/// for both before it asks either for its result, and that pointer dangles by then.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include <weir/job.hpp>

namespace weir::detail {

/// A suspended coroutine that receives an error, and finds it in `error` when it goes on.
template <typename Handler>
struct error_keeper : Handler {
  std::exception_ptr* error;

  void operator()(std::exception_ptr told) {
    *error = std::move(told);
    Handler::operator()();
  }
};

/// An operation of signature void() that keeps the job's result or failure.
template <typename T, typename Executor>
struct job_operation {
  basic_job<T, Executor> job;
  stored<T> value{};
  std::exception_ptr error{};

  template <typename Handler>
  void operator()(Handler&& handler) {
    using keeper = error_keeper<std::decay_t<Handler>>;
    start_wait_into<T, Executor>(core_access::typed(job), value,
                                 keeper{std::forward<Handler>(handler), &error});
  }
};

template <typename T, typename Executor>
struct keeps_operation {
  job_operation<T, Executor> operation;
};

}  // namespace weir::detail

namespace boost::asio::detail {

template <typename Signature, typename T, typename Executor>
class awaitable_async_op<Signature, weir::basic_job<T, Executor>, Executor>
    : private weir::detail::keeps_operation<T, Executor>,
      public awaitable_async_op<void(), weir::detail::job_operation<T, Executor>, Executor> {
  using keeps = weir::detail::keeps_operation<T, Executor>;
  using base = awaitable_async_op<void(), weir::detail::job_operation<T, Executor>, Executor>;

 public:
  template <typename... Rest>
  explicit awaitable_async_op(const weir::basic_job<T, Executor>& job, Rest&&... rest)
      : keeps{{job}}, base(std::move(this->keeps::operation), std::forward<Rest>(rest)...) {}

  T await_resume() {
    base::await_resume();
    if (const std::exception_ptr error = this->keeps::operation.error)
      std::rethrow_exception(error);
    if constexpr (!std::is_void_v<T>) return std::move(*this->keeps::operation.value);
  }
};

}  // namespace boost::asio::detail
