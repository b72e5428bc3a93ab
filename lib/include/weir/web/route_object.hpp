/// Objects with a member function for each HTTP method, like class-based views in Python.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <weir/web/handler.hpp>

namespace weir::web {

namespace detail {

/// Calls use(verb, handler) for each of get, head, post, put, patch, delete_ and options that the
/// object has.
template <typename Object, typename Use>
void each_method(const std::shared_ptr<Object>& object, Use use) {
  [[maybe_unused]] context* ctx = nullptr;
#define WEIR_WEB_METHOD(method, name)             \
  if constexpr (requires { object->name(*ctx); }) \
  use(verb::method, handler([object](context& c) { return object->name(c); }))
  WEIR_WEB_METHOD(get, get);
  WEIR_WEB_METHOD(head, head);
  WEIR_WEB_METHOD(post, post);
  WEIR_WEB_METHOD(put, put);
  WEIR_WEB_METHOD(patch, patch);
  WEIR_WEB_METHOD(delete_, delete_);
  WEIR_WEB_METHOD(options, options);
#undef WEIR_WEB_METHOD
}

/// The object as if it were owned.
template <typename Object>
std::shared_ptr<Object> shared(std::reference_wrapper<Object> object) {
  return {std::shared_ptr<void>(), &object.get()};
}

template <typename Object>
concept has_a_method = requires(Object& object, context& ctx) {
  object.get(ctx);
}
|| requires(Object& object, context& ctx) {
  object.head(ctx);
}
|| requires(Object& object, context& ctx) {
  object.post(ctx);
}
|| requires(Object& object, context& ctx) {
  object.put(ctx);
}
|| requires(Object& object, context& ctx) {
  object.patch(ctx);
}
|| requires(Object& object, context& ctx) {
  object.delete_(ctx);
}
|| requires(Object& object, context& ctx) {
  object.options(ctx);
};

}  // namespace detail

/// An object that answers with those of the members get, head, post, put, patch, delete_ and
/// options that it has; each of them is a handler.
template <typename Object>
concept route_object = std::move_constructible<Object> && !std::convertible_to<Object, handler> &&
                       detail::has_a_method<Object>;

/// A route object all of whose methods are atomic.
template <route_object Object>
struct atomic_object {
  std::shared_ptr<Object> object;
};

/// All methods of the object become atomic. For one method of several:
/// `app.route(verb::post, "/orders", atomic(&orders::post, &shop))`.
template <route_object Object>
atomic_object<Object> atomic(Object object) {
  return {std::make_shared<Object>(std::move(object))};
}
template <route_object Object>
atomic_object<Object> atomic(std::shared_ptr<Object> object) {
  return {std::move(object)};
}
/// \param object must outlive the application.
template <route_object Object>
atomic_object<Object> atomic(std::reference_wrapper<Object> object) {
  return {detail::shared(object)};
}

}  // namespace weir::web
