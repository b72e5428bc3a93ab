#include "report/output_tee.hpp"

#include <utility>

namespace weir {

class output_tee::sink final : public output_sink {
 public:
  sink(const job_spec& job, output_sink& next, observer& watcher)
      : job_(job), next_(next), watcher_(watcher) {
    next.resume = [this] {
      if (resume) resume();
    };
  }

  flow write(output_stream which, std::span<const char> bytes) override {
    watcher_.on(job_output{job_, which, bytes});
    return next_.write(which, bytes);
  }
  int splice_file(output_stream) override { return -1; }
  flow spliced(output_stream which, std::size_t count) override {
    return next_.spliced(which, count);
  }

  /// Records follow a job while it runs, but what it wrote counts once it has ended.
  bool is_shown_at_once() const noexcept override { return next_.is_live(); }

  output_sink& next() const { return next_; }

 private:
  const job_spec& job_;
  output_sink& next_;
  observer& watcher_;
};

output_tee::output_tee(output_router& next, observer& watcher) : next_(next), watcher_(watcher) {}

output_sink* output_tee::open(const job_spec& job, unsigned slot) {
  output_sink* const next = next_.open(job, slot);
  if (next == nullptr) return nullptr;
  auto opened = std::make_unique<sink>(job, *next, watcher_);
  output_sink* const mine = opened.get();
  open_.emplace(mine, std::move(opened));
  return mine;
}

std::string output_tee::close(output_sink& closed, verdict judged, bool want_tail) {
  const auto place = open_.find(&closed);
  std::string tail = next_.close(place->second->next(), judged, want_tail);
  open_.erase(place);
  return tail;
}

std::string output_tee::attempt_ended(output_sink& of) {
  return next_.attempt_ended(open_.at(&of)->next());
}

output_tee::~output_tee() = default;

}  // namespace weir
