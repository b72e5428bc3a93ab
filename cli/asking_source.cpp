#include "asking_source.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir::cli {

namespace {

int open_terminal() {
  const int fd = ::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) throw io_error(errno, "/dev/tty");
  return fd;
}

}  // namespace

asking_source::asking_source(const loop_executor& loop, std::unique_ptr<source> jobs,
                             std::optional<std::size_t> limit, run_judge& judge)
    : jobs_(std::move(jobs)),
      limit_(limit),
      terminal_(open_terminal()),
      answers_(loop, terminal_.value(), nonblocking::direction::in) {
  judge.on_end = [this] {
    --under_way_;
    freed_.complete();
  };
}

awaitable<std::optional<job_spec>> asking_source::next() {
  for (;;) {
    co_await wait_for_place();
    std::optional<job_spec> job = co_await jobs_->next();
    if (!job || closed_) co_return std::nullopt;
    const bool runs = co_await ask(*job);
    if (closed_) co_return std::nullopt;
    if (!runs) continue;
    ++under_way_;
    job->seq = ++seq_;
    co_return job;
  }
}

awaitable<> asking_source::wait_for_place() {
  while (limit_ && under_way_ >= *limit_ && !closed_) {
    freed_.reset();
    co_await freed_.wait();
  }
}

/// \returns whether the answer begins with y.
awaitable<bool> asking_source::ask(const job_spec& job) {
  std::fprintf(stderr, "%s ?...", escape(command_text(job)).c_str());
  for (;;) {
    if (const auto end = typed_.find('\n'); end != std::string::npos) {
      const bool yes = typed_.front() == 'y' || typed_.front() == 'Y';
      typed_.erase(0, end + 1);
      co_return yes;
    }
    std::array<char, 256> bytes;
    const ssize_t count = answers_.read(bytes);
    if (count > 0) typed_.append(bytes.data(), static_cast<std::size_t>(count));
    if (count == 0) co_return false;
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK) throw io_error(errno, "/dev/tty");
    if (count < 0) co_await answers_.ready();
    if (closed_) co_return false;
  }
}

void asking_source::close() {
  closed_ = true;
  jobs_->close();
  answers_.cancel();
  freed_.complete();
}

}  // namespace weir::cli
