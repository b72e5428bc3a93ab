/// What makes `co_await job` compile for a job that has a name.
///
/// A coroutine of Asio awaits any asynchronous operation, but keeps a reference to it as to a
/// temporary, which a named job is not (boost/asio/impl/awaitable.hpp, awaitable_async_op). So this
/// one keeps an operation of its own.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include <weir/job.hpp>

namespace weir::detail {

/// An operation of signature void(std::exception_ptr) that keeps the job's result.
template <typename T, typename Executor>
struct job_operation {
  basic_job<T, Executor> job;
  stored<T> value{};

  template <typename Handler>
  void operator()(Handler&& handler) {
    start_wait_into<T, Executor>(core_access::typed(job), value, std::forward<Handler>(handler));
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
      public awaitable_async_op<void(std::exception_ptr), weir::detail::job_operation<T, Executor>,
                                Executor> {
  using keeps = weir::detail::keeps_operation<T, Executor>;
  using base = awaitable_async_op<void(std::exception_ptr),
                                  weir::detail::job_operation<T, Executor>, Executor>;

 public:
  template <typename... Rest>
  explicit awaitable_async_op(const weir::basic_job<T, Executor>& job, Rest&&... rest)
      : keeps{{job}}, base(std::move(this->keeps::operation), std::forward<Rest>(rest)...) {}

  T await_resume() {
    base::await_resume();
    if constexpr (!std::is_void_v<T>) return std::move(*this->keeps::operation.value);
  }
};

}  // namespace boost::asio::detail
