/// A scheduler on one strand of two threads, and its user on another.
#pragma once

#include <atomic>

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "bench.hpp"

template <typename Executor>
asio::strand<Executor> strand_of(Executor executor) {
  return asio::make_strand(executor);
}

struct two_strands {
  asio::thread_pool pool{2};
  asio::any_io_executor home = strand_of(pool.get_executor());
  asio::any_io_executor away = strand_of(pool.get_executor());
  std::atomic<int> told = 0;
  scheduler s{home, scheduler_options().on_error([this](const error_context&) { ++told; })};

  /// The scheduler is destroyed when its loop runs no more.
  ~two_strands() { pool.join(); }

  template <typename T>
  T run(asio::awaitable<T> body) {
    return asio::co_spawn(away, std::move(body), asio::use_future).get();
  }
};
