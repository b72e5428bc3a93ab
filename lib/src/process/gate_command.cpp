#include "process/gate_command.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::size_t most_words = 200;

}  // namespace

/// Keeps what the command writes to stderr, for a message if it fails; ignores the rest.
class gate_command::said final : public output_sink {
 public:
  flow write(output_stream which, std::span<const char> bytes) override {
    if (which == output_stream::err)
      text_.append(bytes.data(),
                   std::min(bytes.size(), most_words - std::min(text_.size(), most_words)));
    return flow::more;
  }
  int splice_file(output_stream) override { return -1; }
  flow spliced(output_stream, std::size_t) override { return flow::more; }

  /// The first line.
  std::string line() const { return escape(text_.substr(0, text_.find('\n'))); }
  void clear() { text_.clear(); }

 private:
  std::string text_;
};

gate_command::gate_command(loop_executor loop, executor& runner, std::string command,
                           std::string reason)
    : loop_(std::move(loop)),
      executor_(runner),
      command_(std::move(command)),
      reason_(std::move(reason)),
      said_(std::make_unique<said>()) {
  job_.argv = {"/bin/sh", "-c", command_};
  job_.name = "gate";
  job_.text = reason_;
  job_.settings = std::make_shared<const job_settings>();
}

gate_command::~gate_command() = default;

bool gate_command::lets_start(const job_spec&, time_point now) {
  now_ = now;
  if (answer_ == answer::none || (answer_ == answer::wait && now >= again_)) ask();
  return answer_ == answer::go;
}

std::optional<start_holder::time_point> gate_command::asks_again() const {
  return answer_ == answer::wait ? std::optional(again_) : std::nullopt;
}

void gate_command::ask() {
  answer_ = answer::asked;
  said_->clear();
  boost::asio::co_spawn(loop_, executor_.run({job_, 1, 1, std::nullopt, said_.get()}, running_),
                        [this](std::exception_ptr error, attempt_result result) {
                          running_ = nullptr;
                          if (error) result.how = cancelled{false};
                          hear(result);
                          if (at_end_) at_end_();
                        });
}

void gate_command::hear(const attempt_result& result) {
  const auto* const exit = std::get_if<exited>(&result.how);
  if (exit == nullptr || exit->code > 2) {
    if (at_end_) return;
    const std::string line = said_->line();
    return refuse("--gate: " + describe(result.how) + (line.empty() ? "" : ": " + line));
  }
  if (exit->code == 2) return refuse("--gate");
  answer_ = exit->code == 0 ? answer::go : answer::wait;
  again_ = now_ + holds_for;
  if (!at_end_) to_->take(start_possible{});
}

void gate_command::refuse(const std::string& why) {
  answer_ = answer::stop;
  to_->take(stop_asked{stop_request::finish, why});
}

void gate_command::end(std::function<void()> then) {
  if (answer_ != answer::asked) return then();
  at_end_ = std::move(then);
  if (running_ != nullptr) running_->end(ending::kill);
}

}  // namespace weir
