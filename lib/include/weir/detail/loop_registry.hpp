/// Tells schedulers that their execution context is being destroyed, so that they let go of the
/// suspended coroutines they hold: otherwise these would keep each other alive for ever.
#pragma once

#include <mutex>

#include <boost/asio/execution_context.hpp>

#include <weir/detail/intrusive_list.hpp>

namespace weir::detail {

class loop_registry;

class loop_member : public list_hook {
 public:
  /// Called once, when the context shuts down.
  virtual void loop_gone() noexcept = 0;
  loop_member(const loop_member&) = delete;
  loop_member& operator=(const loop_member&) = delete;

 protected:
  loop_member() = default;
  virtual ~loop_member() = default;
  loop_registry* registry_ = nullptr;
  friend class loop_registry;
};

/// One per execution context. Its members may live on different threads: hence the mutex, taken
/// only when a scheduler is created or destroyed.
class loop_registry final : public boost::asio::execution_context::service {
 public:
  using key_type = loop_registry;
  static inline boost::asio::execution_context::id id;

  explicit loop_registry(boost::asio::execution_context& context) : service(context) {}

  void add(loop_member& member) {
    const std::lock_guard lock(mutex_);
    members_.push_back(member);
    member.registry_ = this;
  }
  void remove(loop_member& member) noexcept {
    const std::lock_guard lock(mutex_);
    member.unlink();
  }

 private:
  void shutdown() override {
    while (loop_member* const member = members_.pop_front()) {
      member->registry_ = nullptr;
      member->loop_gone();
    }
  }

  std::mutex mutex_;
  intrusive_list<loop_member> members_;
};

}  // namespace weir::detail
