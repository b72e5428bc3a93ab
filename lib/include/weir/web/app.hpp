/// An application: routes, state and perhaps a scheduler; applications may be mounted in others.
#pragma once

#include <any>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeindex>
#include <utility>

#include <boost/asio/execution_context.hpp>

#include <weir/scheduler.hpp>
#include <weir/web/handler.hpp>
#include <weir/web/route_object.hpp>

namespace weir::web {

namespace detail {
struct app_core;
struct app_access;
}  // namespace detail

/// It is built first and then served (see server). It must not move until serving has finished, and
/// neither must anything mounted in it. Use it on its executor, which runs one handler at a time,
/// or anywhere while the loop is not running.
class app {
 public:
  explicit app(const boost::asio::any_io_executor& executor);
  /// On the executor of an io_context.
  template <typename Context>
  requires std::is_convertible_v<Context&, boost::asio::execution_context&>
  explicit app(Context& context) : app(boost::asio::any_io_executor(context.get_executor())) {}
  app(const app&) = delete;
  app& operator=(const app&) = delete;
  ~app();

  /// \param pattern "/users/{id}": a name in braces matches one non-empty segment, "{path...}" the
  /// rest of the path. Literal segments take precedence over names. "/a" and "/a/" are different.
  /// GET also answers HEAD. \throws std::invalid_argument for an invalid pattern, or a route that
  /// already exists.
  app& route(verb method, std::string_view pattern, handler function);
  /// Adds every method that the object has. \param object moved in, or passed as a shared_ptr or by
  /// std::ref; it must then outlive the application.
  template <route_object Object>
  app& route(std::string_view pattern, Object object) {
    return route(pattern, std::make_shared<Object>(std::move(object)));
  }
  template <route_object Object>
  app& route(std::string_view pattern, const std::shared_ptr<Object>& object) {
    detail::each_method(object,
                        [&](verb method, handler f) { route(method, pattern, std::move(f)); });
    return *this;
  }
  template <route_object Object>
  app& route(std::string_view pattern, std::reference_wrapper<Object> object) {
    return route(pattern, detail::shared(object));
  }
  template <route_object Object>
  app& route(std::string_view pattern, const atomic_object<Object>& given) {
    detail::each_method(given.object, [&](verb method, handler f) {
      route(method, pattern, atomic(std::move(f)));
    });
    return *this;
  }

  /// Lets `sub` answer everything below the prefix, with the rest of the path. State and a
  /// scheduler that `sub` lacks are looked up here. \throws std::invalid_argument if a route is
  /// below the prefix, or `sub` is already mounted.
  app& mount(std::string_view prefix, app& sub);

  /// Gives this application its own scheduler, which is closed once the server has been drained,
  /// and before that of the application it is mounted in. Its wait_timeout is how long the server
  /// then waits for background jobs, shields and atomic handlers. \throws std::logic_error if it
  /// already has one; std::invalid_argument for invalid options.
  scheduler& use_scheduler(scheduler_options options = {});
  /// This application's own, or null.
  scheduler* jobs() noexcept;
  /// This application's own, else that of the nearest application it is mounted in, or null.
  scheduler* find_jobs() noexcept;
  /// The number of atomic handlers running on this application's own scheduler; they are not
  /// counted among its jobs.
  std::size_t atomic_count() const noexcept;

  /// Stores a value for the handlers, one of each type; another one of the same type replaces it.
  template <typename T>
  app& state(T value) {
    std::any kept = std::make_shared<T>(std::move(value));
    return keep(typeid(T), std::move(kept)), *this;
  }
  /// This application's own T, else that of the nearest application it is mounted in, or null.
  template <typename T>
  T* find_state() const noexcept {
    const std::any* const found = find(typeid(T));
    return found == nullptr ? nullptr : std::any_cast<const std::shared_ptr<T>&>(*found).get();
  }

  /// The application it is mounted in, or null.
  app* parent() const noexcept;
  const boost::asio::any_io_executor& get_executor() const noexcept;

 private:
  friend struct detail::app_access;
  void keep(std::type_index type, std::any value);
  const std::any* find(std::type_index type) const noexcept;
  std::unique_ptr<detail::app_core> core_;
};

}  // namespace weir::web
