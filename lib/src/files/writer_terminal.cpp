// The writer on a terminal that shows something below the output; see footer.hpp.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "files/writer.hpp"

namespace weir {

namespace {

/// Longer output scrolls the screen anyway, whatever is shown below it.
constexpr std::size_t longest_burst = 32 * 1024;

}  // namespace

/// Writes output and what surrounds it at once, as far as the terminal takes it.
void writer::transfer_above_footer() {
  while (!blocked_ && error_ == 0 && (!queue_.empty() || !ornament_.empty())) {
    if (!queue_.empty() && !std::exchange(lifted_, true)) ornament_ += footer_->lift();
    if (!queue_.empty() && queue_.front().range.file)
      transfer_file_above_footer();
    else
      send_burst();
  }
}

void writer::transfer_file_above_footer() {
  if (!ornament_.empty()) return send_burst();
  transfer(queue_.front());
  if (error_ != 0 || blocked_) return;
  queue_.pop_front();
  if (queue_.empty()) put_footer_back(false);
}

/// \returns how many bytes of the queue's beginning were appended to `burst`.
std::size_t writer::gather(std::string& burst) const {
  std::size_t data = 0;
  for (const chunk& piece : queue_) {
    if (piece.range.file || data >= longest_burst) break;
    const std::size_t count = std::min(piece.bytes.size() - piece.done, longest_burst - data);
    burst.append(piece.bytes, piece.done, count);
    data += count;
  }
  return data;
}

void writer::put_footer_back(bool moved) {
  lifted_ = false;
  ornament_ += footer_->put_back(at_line_start_, moved);
}

void writer::send_burst() {
  std::string burst = std::exchange(ornament_, {});
  const std::size_t lead = burst.size();
  const std::size_t data = gather(burst);
  const std::size_t end = lead + data;
  const bool ends_burst = data > 0 && data == queued_memory_ && !queue_.back().range.file;
  const bool was_at_line_start = at_line_start_;
  if (ends_burst) {
    at_line_start_ = burst.back() == '\n';
    put_footer_back(moves_cursor(std::string_view(burst).substr(lead)));
    burst += std::exchange(ornament_, {});
  }
  const std::size_t sent = write_once(burst);
  if (error_ != 0) return;
  if (sent < end) at_line_start_ = sent > lead ? burst[sent - 1] == '\n' : was_at_line_start;
  take_from_queue(sent > lead ? std::min(sent, end) - lead : 0);
  if (sent == burst.size()) return;
  const bool footer_began = sent > end;
  if (ends_burst && !footer_began) {
    if (burst.size() > end) footer_->lost();
    lifted_ = sent < end;
  }
  // Half a control sequence may have been written: its rest goes first.
  if (sent < lead)
    ornament_ = burst.substr(sent, lead - sent);
  else if (footer_began)
    ornament_ = burst.substr(sent);
}

/// \returns how much of `bytes` the terminal took; less than all: it blocks, or has failed.
std::size_t writer::write_once(std::string_view bytes) {
  const ssize_t count = output_.write(bytes);
  const auto done = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  if (done == bytes.size()) return done;
  if (count >= 0 || errno == EAGAIN || errno == EWOULDBLOCK)
    wait_until_ready();
  else
    fail(io_error(errno, name_));
  return done;
}

void writer::take_from_queue(std::size_t count) {
  queued_memory_ -= count;
  sent_ += count;
  while (count > 0) {
    chunk& front = queue_.front();
    const std::size_t taken = std::min(count, front.bytes.size() - front.done);
    front.done += taken;
    count -= taken;
    if (front.done == front.bytes.size()) queue_.pop_front();
  }
}

}  // namespace weir
