/// The parts of an application.
#pragma once

#include <any>
#include <map>
#include <memory>
#include <optional>
#include <typeindex>
#include <vector>

#include <weir/scheduler.hpp>
#include <weir/web/app.hpp>
#include <weir/web/server_options.hpp>

#include "web/route_table.hpp"
#include "web/target.hpp"

namespace weir::web::detail {

/// Atomic handlers run alongside the background jobs, in a separate scheduler: they take none of
/// the jobs' slots, so that they may spawn jobs and wait for them.
struct app_schedulers {
  app_schedulers(const boost::asio::any_io_executor& executor, scheduler_options options);
  scheduler jobs, atomics;
};

struct app_core {
  explicit app_core(const boost::asio::any_io_executor& on) : executor(on) {}

  boost::asio::any_io_executor executor;
  route_table table;
  std::vector<handler> routes;
  std::vector<app*> mounted;
  app* parent = nullptr;
  bool served = false;
  std::optional<app_schedulers> own;
  std::map<std::type_index, std::any> states;
};

struct app_access {
  static app_core& core(app& a) noexcept { return *a.core_; }
};

/// Where a request goes.
struct destination {
  explicit destination(web::app* reached) : application(reached) {}
  web::app* application;           ///< the innermost one reached
  const handler* route = nullptr;  ///< null: refused with `refusal`
  status refusal = status::not_found;
  std::string allow;  ///< for 405
};
destination find_route(app& root, verb method, const target& where,
                       std::vector<captured>& captures);

/// The nearest schedulers, or null.
app_schedulers* nearest_schedulers(app& from) noexcept;

/// Calls visit for every application below and for `root`: children first, the last mounted first.
template <typename Visit>
void each_app(app& root, const Visit& visit) {
  const auto& mounted = app_access::core(root).mounted;
  for (auto it = mounted.rbegin(); it != mounted.rend(); ++it) each_app(**it, visit);
  visit(root);
}

}  // namespace weir::web::detail
