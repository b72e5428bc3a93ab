// Assembling an application, and routing within it.
#include <weir/web/app.hpp>

#include <stdexcept>
#include <utility>

#include "web/app_core.hpp"

namespace weir::web {

namespace detail {

namespace {

scheduler_options for_atomics(scheduler_options options) {
  return options.limit(unlimited)
      .pending_limit(unlimited)
      .policy(failure_policy::isolate)
      .on_event(nullptr);
}

}  // namespace

app_schedulers::app_schedulers(const boost::asio::any_io_executor& executor,
                               scheduler_options options)
    : jobs(executor, options), atomics(executor, for_atomics(std::move(options))) {}

destination find_route(app& root, verb method, const target& where,
                       std::vector<captured>& captures) {
  destination to(&root);
  std::size_t depth = 0;
  for (;;) {
    const app_core& core = app_access::core(*to.application);
    const auto found = core.table.find(method, where.segments(), depth, captures);
    if (found.mounted != route_table::none) {
      to.application = core.mounted[found.mounted];
      depth = found.depth;
      continue;
    }
    if (found.route != route_table::none) {
      to.route = &core.routes[found.route];
    } else if (found.known) {
      to.refusal = status::method_not_allowed;
      to.allow = core.table.allowed(where.segments(), depth);
    }
    return to;
  }
}

app_schedulers* nearest_schedulers(app& from) noexcept {
  for (app* a = &from; a != nullptr; a = a->parent()) {
    auto& own = app_access::core(*a).own;
    if (own) return &*own;
  }
  return nullptr;
}

namespace {

void require_unserved(const app_core& core) {
  if (core.served) throw std::logic_error("app: it is being served, and cannot be changed");
}

}  // namespace
}  // namespace detail

app::app(const boost::asio::any_io_executor& executor)
    : core_(std::make_unique<detail::app_core>(executor)) {}

app::~app() = default;

app& app::route(verb method, std::string_view pattern, handler function) {
  detail::require_unserved(*core_);
  core_->table.add(method, pattern, core_->routes.size());
  core_->routes.push_back(std::move(function));
  return *this;
}

app& app::mount(std::string_view prefix, app& sub) {
  detail::require_unserved(*core_);
  if (sub.parent() != nullptr)
    throw std::invalid_argument("app: \"" + std::string(prefix) + "\": it is mounted already");
  for (const app* a = this; a != nullptr; a = a->parent())
    if (a == &sub)
      throw std::invalid_argument("app: \"" + std::string(prefix) +
                                  "\": it cannot be mounted in itself");
  core_->table.mount(prefix, core_->mounted.size());
  core_->mounted.push_back(&sub);
  sub.core_->parent = this;
  return *this;
}

scheduler& app::use_scheduler(scheduler_options options) {
  if (core_->own) throw std::logic_error("app: it has a scheduler already");
  return core_->own.emplace(core_->executor, std::move(options)).jobs;
}

scheduler* app::jobs() noexcept {
  return core_->own ? &core_->own->jobs : nullptr;
}

scheduler* app::find_jobs() noexcept {
  detail::app_schedulers* const nearest = detail::nearest_schedulers(*this);
  return nearest == nullptr ? nullptr : &nearest->jobs;
}

std::size_t app::atomic_count() const noexcept {
  return core_->own ? core_->own->atomics.active_count() : 0;
}

app* app::parent() const noexcept {
  return core_->parent;
}

const boost::asio::any_io_executor& app::get_executor() const noexcept {
  return core_->executor;
}

void app::keep(std::type_index type, std::any value) {
  core_->states.insert_or_assign(type, std::move(value));
}

const std::any* app::find(std::type_index type) const noexcept {
  for (const app* a = this; a != nullptr; a = a->parent()) {
    const auto it = a->core_->states.find(type);
    if (it != a->core_->states.end()) return &it->second;
  }
  return nullptr;
}

}  // namespace weir::web
