#include <iterator>
#include <ostream>

#include <weir/detail/scheduler_core.hpp>
#include <weir/job_view.hpp>
#include <weir/scheduler_error.hpp>

namespace weir {

namespace detail {
job_node::job_node(scheduler_core& in, std::source_location spawned_at)
    : where(spawned_at), spawned(std::chrono::steady_clock::now()), core(&in) {}
job_node::~job_node() = default;
}  // namespace detail

namespace {

class scheduler_category_type final : public std::error_category {
 public:
  const char* name() const noexcept override { return "weir.scheduler"; }
  std::string message(int code) const override {
    // In the order of scheduler_errc, whose first is 1.
    static constexpr const char* texts[] = {"the scheduler is closed",
                                            "the scheduler is full",
                                            "the job was cancelled",
                                            "timed out",
                                            "a job cannot wait for its own end",
                                            "no pool has this name",
                                            "the job was destroyed before it ended",
                                            "the result has already been handed out"};
    return code >= 1 && code <= static_cast<int>(std::size(texts)) ? texts[code - 1] : "unknown";
  }
};

constinit const scheduler_category_type the_category{};

}  // namespace

const std::error_category& scheduler_category() noexcept {
  return the_category;
}

std::string job_view::name() const {
  if (!require().name.empty()) return require().name;
  return "job-" + std::to_string(require().id);
}

job_status job_view::status() const noexcept {
  switch (require().at) {
    case detail::phase::fresh:
    case detail::phase::blocked:
    case detail::phase::pending:
      return job_status::pending;
    case detail::phase::closed:
      return job_status::closed;
    default:
      return job_status::active;
  }
}

job_outcome job_view::outcome() const noexcept {
  return static_cast<job_outcome>(require().ended_as);
}

job_times job_view::times() const noexcept {
  return {require().spawned, require().started, require().ended};
}

bool job_view::belongs_to(const detail::scheduler_core& core) const noexcept {
  const detail::phase at = node_->at;
  return node_->core.get() == &core && (at == detail::phase::pending ||
                                        at == detail::phase::ready || at == detail::phase::running);
}

bool job_view::cancel(boost::asio::cancellation_type type) const {
  return require().core->cancel(require(), type);
}
bool job_view::drop() const {
  return require().core->drop(require());
}
bool job_view::reprioritise(int priority) const {
  return require().core->reprioritise(*node_, priority);
}

const char* to_string(job_status status) noexcept {
  static constexpr const char* words[] = {"pending", "active", "closed"};
  return words[static_cast<std::size_t>(status)];
}

const char* to_string(job_outcome outcome) noexcept {
  static constexpr const char* words[] = {"none", "succeeded", "failed", "cancelled",
                                          "never started"};
  return words[static_cast<std::size_t>(outcome)];
}

std::string to_string(const job_view& job) {
  if (!job) return "no job";
  const char* const state = job.closed() ? to_string(job.outcome()) : to_string(job.status());
  return "job \"" + job.name() + "\": " + state;
}

std::ostream& operator<<(std::ostream& out, const job_view& job) {
  return out << to_string(job);
}

}  // namespace weir
