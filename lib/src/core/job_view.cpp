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
    switch (static_cast<scheduler_errc>(code)) {
      case scheduler_errc::closed:
        return "the scheduler is closed";
      case scheduler_errc::full:
        return "the scheduler is full";
      case scheduler_errc::cancelled:
        return "the job was cancelled";
      case scheduler_errc::timed_out:
        return "timed out";
      case scheduler_errc::inside:
        return "a job cannot wait for its own end";
      case scheduler_errc::unknown_pool:
        return "no pool has this name";
      case scheduler_errc::abandoned:
        return "the job was destroyed before it ended";
      case scheduler_errc::result_taken:
        return "the result has already been handed out";
    }
    return "unknown";
  }
};

}  // namespace

const std::error_category& scheduler_category() noexcept {
  static const scheduler_category_type category;
  return category;
}

std::string job_view::name() const {
  return require().name.empty() ? "job-" + std::to_string(require().id) : require().name;
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
  switch (status) {
    case job_status::pending:
      return "pending";
    case job_status::active:
      return "active";
    case job_status::closed:
      return "closed";
  }
  return "unknown";
}

const char* to_string(job_outcome outcome) noexcept {
  switch (outcome) {
    case job_outcome::none:
      return "none";
    case job_outcome::succeeded:
      return "succeeded";
    case job_outcome::failed:
      return "failed";
    case job_outcome::cancelled:
      return "cancelled";
    case job_outcome::never_started:
      return "never started";
  }
  return "unknown";
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
