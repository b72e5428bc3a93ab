/// One job's share of a stream that several running jobs read: pieces of it, as they arrive.
///
/// The writer deals pieces out, the attempt reads them, both on one thread. A few pieces are
/// buffered: the writer waits for room, the attempt for more. This class knows neither of them.
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

  // For the writer.

  /// The reader has not left.
  bool is_open() const noexcept { return open_; }
  bool has_room() const noexcept { return open_ && pieces_.size() < most_pieces; }
  /// Has no effect once the reader has left.
  void put(piece next) {
    if (!open_ || next->empty()) return;
    pieces_.push_back(std::move(next));
    tell(on_more);
  }
  /// There are no more pieces.
  void finish() {
    finished_ = true;
    tell(on_more);
  }
  /// Called when there is room again, and when the reader leaves.
  std::function<void()> on_room;

  // For the reader.

  /// The next piece. Null: none has arrived yet, or there are no more.
  const std::string* front() const noexcept {
    return pieces_.empty() ? nullptr : pieces_.front().get();
  }
  bool is_finished() const noexcept { return finished_ && pieces_.empty(); }
  void pop() {
    pieces_.pop_front();
    tell(on_room);
  }
  /// The reader wants no more.
  void leave() {
    on_more = nullptr;
    if (!std::exchange(open_, false)) return;
    pieces_.clear();
    tell(on_room);
  }
  /// Called when a piece arrives, and at the end.
  std::function<void()> on_more;

 private:
  static constexpr std::size_t most_pieces = 2;

  /// By value: the callee may clear the member.
  static void tell(std::function<void()> who) {
    if (who) who();
  }

  std::deque<piece> pieces_;
  bool open_ = true;
  bool finished_ = false;
};

}  // namespace weir
