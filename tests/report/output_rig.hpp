/// A router over two outputs, which are files or a test's descriptors: for tests of what becomes of
/// jobs' output on its way.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/output.hpp"
#include "support/descriptors.hpp"

namespace weir::test {

inline constexpr auto out = output_stream::out;
inline constexpr auto err = output_stream::err;

inline std::string pattern(std::size_t size, unsigned seed = 0) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251 + seed);
  return bytes;
}

inline job_spec job_number(std::uint64_t seq, std::string tag = {}) {
  job_spec job;
  job.seq = seq;
  job.tag = std::move(tag);
  return job;
}

/// A router over two outputs, which are files unless descriptors are given.
struct output_rig : inbox {
  ::test::owned_fd out_file = ::test::make_file();
  ::test::owned_fd err_file = ::test::make_file();
  boost::asio::io_context loop;
  spool_space space;
  writer to_out;
  writer to_err;
  output router;
  std::vector<std::string> failures;
  std::map<std::uint64_t, output_sink*> sinks;

  explicit output_rig(output_options options, int out_fd = -1, int err_fd = -1,
                      spool_limits limits = {})
      : space(temporary_directory(), limits),
        to_out(loop.get_executor(), out_fd < 0 ? out_file.value() : out_fd, "stdout"),
        to_err(loop.get_executor(), err_fd < 0 ? err_file.value() : err_fd, "stderr"),
        router(to_out, to_err, space, options) {
    router.report_to(*this);
  }
  void take(const notice& what) override {
    if (const auto* failed = std::get_if<output_failed>(&what)) failures.push_back(failed->what);
  }

  void open(std::uint64_t seq, std::string tag = {}) {
    sinks[seq] = router.open(job_number(seq, std::move(tag)), 1);
  }
  flow write(std::uint64_t seq, output_stream which, std::string_view bytes) {
    return sinks.at(seq)->write(which, {bytes.data(), bytes.size()});
  }
  std::string close(std::uint64_t seq) {
    return router.close(*sinks.at(seq), verdict::failed, true);
  }

  std::string printed() {
    ::test::run_ready(loop);
    return ::test::contents(out_file);
  }
  std::string printed_err() {
    ::test::run_ready(loop);
    return ::test::contents(err_file);
  }
  /// Reads what the outputs write to the pipe, while the loop runs, until `done`.
  template <typename Done>
  void read_until(const ::test::owned_fd& pipe, std::string& seen, Done done) {
    ::test::run_until(loop, [&] {
      seen += ::test::read_now(pipe);
      return done();
    });
  }
  void finish() {
    ::test::task task;
    task.start(loop, router.finish());
    ::test::run_until(loop, [&] { return task.done; });
    task.rethrow();
  }
};

inline output_options grouped() {
  return {};
}
inline output_options ordered() {
  return {.keep_order = true};
}
inline output_options by_line() {
  return {.mode = output_mode::line};
}

}  // namespace weir::test
