/// What a job costs, beside asio::post and co_spawn in the same run.
///
/// Rounds of all candidates are interleaved, the median is shown, and time is the processor's time
/// of this process, because the machine is shared; on an idle one it equals the clock's.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <weir/scheduler.hpp>

#include "counted_heap.hpp"

namespace asio = boost::asio;
using namespace weir;

namespace {

constexpr int rounds = 7;

double now() {
  timespec at{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}
double seconds_since(double start) {
  return now() - start;
}

template <typename Scheduler>
typename Scheduler::template awaitable<> nothing() {
  co_return;
}

void run_posts(std::size_t jobs) {
  asio::io_context io(1);
  std::size_t done = 0;
  asio::post(io, [&] {
    for (std::size_t i = 0; i < jobs; ++i) asio::post(io, [&done] { ++done; });
  });
  io.run();
}

template <typename Executor>
asio::awaitable<void, Executor> spawn_bare(Executor executor, std::size_t jobs) {
  for (std::size_t i = 0; i < jobs; ++i) {
    asio::co_spawn(executor, nothing<basic_scheduler<Executor>>(), asio::detached);
    if (i % 100 == 99) co_await asio::post(executor, asio::use_awaitable_t<Executor>{});
  }
}

template <typename Executor>
void run_co_spawns(std::size_t jobs) {
  asio::io_context io(1);
  asio::co_spawn(io, spawn_bare(Executor(io.get_executor()), jobs), asio::detached);
  io.run();
}

template <typename Scheduler>
typename Scheduler::template awaitable<> spawn_all(Scheduler& s, std::size_t jobs) {
  for (std::size_t i = 0; i < jobs; ++i) (void)co_await s.spawn(nothing<Scheduler>());
  co_await s.wait_and_close();
}

template <typename Scheduler>
void run_jobs(scheduler_options options, std::size_t jobs) {
  asio::io_context io(1);
  Scheduler s(io, std::move(options));
  asio::co_spawn(s.get_executor(), spawn_all(s, jobs), asio::detached);
  io.run();
}

template <typename Scheduler>
typename Scheduler::template awaitable<> spawn_and_wait(Scheduler& s, std::size_t jobs) {
  for (std::size_t i = 0; i < jobs; ++i) {
    const auto job = co_await s.spawn(nothing<Scheduler>());
    co_await job.wait();
  }
  co_await s.close();
}

void run_awaited(std::size_t jobs) {
  asio::io_context io(1);
  loop_scheduler s(io);
  asio::co_spawn(io, spawn_and_wait(s, jobs), asio::detached);
  io.run();
}

awaitable<> spawn_bare_and_wait(loop_executor executor, std::size_t jobs) {
  for (std::size_t i = 0; i < jobs; ++i)
    co_await asio::co_spawn(executor, nothing<loop_scheduler>(),
                            asio::use_awaitable_t<loop_executor>{});
}

void run_awaited_co_spawns(std::size_t jobs) {
  asio::io_context io(1);
  asio::co_spawn(io, spawn_bare_and_wait(io.get_executor(), jobs), asio::detached);
  io.run();
}

struct candidate {
  std::string name;
  std::function<void(std::size_t)> run;
  std::vector<double> rates = {};
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

void measure_rates(std::size_t jobs) {
  std::vector<candidate> all = {
      {"asio::post", run_posts},
      {"co_spawn, io_context", run_co_spawns<loop_executor>},
      {"co_spawn, any_io_executor", run_co_spawns<asio::any_io_executor>},
      {"loop_scheduler, limit 100, pending 10000",
       [](std::size_t n) { run_jobs<loop_scheduler>({}, n); }},
      {"loop_scheduler, unlimited",
       [](std::size_t n) {
         run_jobs<loop_scheduler>(scheduler_options().limit(unlimited).pending_limit(unlimited), n);
       }},
      {"loop_scheduler, limit 4, all pending",
       [](std::size_t n) {
         run_jobs<loop_scheduler>(scheduler_options().limit(4).pending_limit(unlimited), n);
       }},
      {"scheduler (any_io_executor), limit 100", [](std::size_t n) { run_jobs<scheduler>({}, n); }},
      {"co_spawn, each awaited", run_awaited_co_spawns},
      {"loop_scheduler, each awaited", run_awaited},
  };
  for (int round = 0; round < rounds; ++round) {
    for (candidate& one : all) {
      const double start = now();
      one.run(jobs);
      one.rates.push_back(static_cast<double>(jobs) / seconds_since(start));
    }
  }
  const double bare = median(all[1].rates);
  for (const candidate& one : all)
    std::printf("%-45s %6.2f M/s   %5.2f x co_spawn's time\n", one.name.c_str(),
                median(one.rates) / 1e6, bare / median(one.rates));
}

void measure_memory(std::size_t jobs) {
  asio::io_context io(1);
  loop_scheduler s(io, scheduler_options().limit(1).pending_limit(unlimited));
  s.pause();
  const heap_use before = heap_now();
  for (std::size_t i = 0; i < jobs; ++i) s.try_spawn(nothing<loop_scheduler>());
  const heap_use filled = heap_now();
  std::printf("%zu pending: %.0f bytes and %.2f allocations a job\n", jobs,
              static_cast<double>(filled.bytes - before.bytes) / static_cast<double>(jobs),
              static_cast<double>(filled.calls - before.calls) / static_cast<double>(jobs));
  s.resume();
  io.run();
  std::printf("  and %.3f more until they had run\n",
              static_cast<double>(heap_now().calls - filled.calls) / static_cast<double>(jobs));
}

void measure_streamed_allocations(std::size_t jobs) {
  const heap_use before = heap_now();
  run_jobs<loop_scheduler>({}, jobs);
  std::printf("streamed through limit 100, pending 10000: %.2f allocations a job\n",
              static_cast<double>(heap_now().calls - before.calls) / static_cast<double>(jobs));
}

void measure_close(std::size_t jobs) {
  asio::io_context io(1);
  loop_scheduler s(io, scheduler_options().limit(1).pending_limit(unlimited));
  s.pause();
  for (std::size_t i = 0; i < jobs; ++i) s.try_spawn(nothing<loop_scheduler>());
  const double start = now();
  std::uint64_t dropped = 0;
  asio::co_spawn(
      io,
      [](loop_scheduler& of, std::uint64_t& count) -> awaitable<> {
        const close_report report = co_await of.close();
        count = report.never_started;
      }(s, dropped),
      asio::detached);
  io.run();
  std::printf("close() of %zu pending: %.2f ms (%llu dropped)\n", jobs, seconds_since(start) * 1e3,
              static_cast<unsigned long long>(dropped));
}

/// Jobs that pass, one after the other, by a standing crowd of pending ones.
void measure_crowd(std::size_t crowd) {
  constexpr std::size_t passing = 500'000;
  asio::io_context io(1);
  loop_scheduler s(io, scheduler_options().limit(1).pending_limit(unlimited));
  s.pause();
  const double filling = now();
  for (std::size_t i = 0; i < crowd; ++i) s.try_spawn(nothing<loop_scheduler>());
  const double filled = seconds_since(filling);
  const double start = now();
  for (std::size_t i = 0; i < passing; ++i) {
    s.try_spawn(nothing<loop_scheduler>(), job_options().priority(1));
    if (i % 100 == 99) {
      s.set_limit(100);
      s.resume();
      s.pause();
      io.poll();
      io.restart();
    }
  }
  const double passed = seconds_since(start);
  const double draining = now();
  s.resume();
  io.run();
  std::printf("%9zu pending: %4.0f ns a job passing by, %4.0f to fill, %4.0f to drain\n", crowd,
              passed / passing * 1e9, filled / static_cast<double>(crowd) * 1e9,
              seconds_since(draining) / static_cast<double>(crowd) * 1e9);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t jobs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::size_t most = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  measure_rates(jobs);
  measure_memory(100'000);
  measure_streamed_allocations(jobs);
  measure_close(50'000);
  for (std::size_t crowd = 1000; crowd <= most; crowd *= 10) measure_crowd(crowd);
}
