/// One job's share of a stream that several running jobs read: pieces of it, as they come.
///
/// Who deals them out and the attempt that reads meet here, in one thread. It holds a few pieces:
/// who deals waits for room, the attempt for more. It knows neither of the two.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace weir {

class block_stream {
 public:
  block_stream() = default;
  block_stream(const block_stream&) = delete;
  block_stream& operator=(const block_stream&) = delete;
  ~block_stream() { leave(); }

  using piece = std::shared_ptr<const std::string>;

  // Who deals.

  /// Somebody reads it, or may yet.
  bool is_open() const noexcept { return open_; }
  bool has_room() const noexcept { return open_ && pieces_.size() < most_pieces; }
  /// Without effect when nobody reads it any more.
  void put(piece next) {
    if (!open_ || next->empty()) return;
    pieces_.push_back(std::move(next));
    tell(on_more);
  }
  /// There are no more.
  void finish() {
    finished_ = true;
    tell(on_more);
  }
  /// Told when there is room again, or nobody reads any more.
  std::function<void()> on_room;

  // Who reads.

  /// Null: there is none yet, or none any more.
  const std::string* front() const noexcept {
    return pieces_.empty() ? nullptr : pieces_.front().get();
  }
  bool is_finished() const noexcept { return finished_ && pieces_.empty(); }
  void pop() {
    pieces_.pop_front();
    tell(on_room);
  }
  /// Reads no further.
  void leave() {
    on_more = nullptr;
    if (!std::exchange(open_, false)) return;
    pieces_.clear();
    tell(on_room);
  }
  /// Told when a piece has come, or the end.
  std::function<void()> on_more;

 private:
  static constexpr std::size_t most_pieces = 2;

  /// By value: who is told may take itself off.
  static void tell(std::function<void()> who) {
    if (who) who();
  }

  std::deque<piece> pieces_;
  bool open_ = true;
  bool finished_ = false;
};

}  // namespace weir
