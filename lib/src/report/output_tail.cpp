#include "report/output_tail.hpp"

namespace weir {

std::string last_lines(std::string_view bytes, bool cut) {
  if (bytes.size() > tail_bytes) {
    bytes.remove_prefix(bytes.size() - tail_bytes);
    cut = true;
  }
  if (bytes.empty()) return {};
  // The newline at the very end ends the last line; it does not begin another.
  std::size_t from = bytes.size() - 1;
  std::size_t lines = 0;
  while (from > 0) {
    if (bytes[from - 1] == '\n' && ++lines == tail_lines) return std::string(bytes.substr(from));
    --from;
  }
  const std::size_t first_end = bytes.find('\n');
  const bool only_one = first_end == std::string_view::npos || first_end + 1 == bytes.size();
  if (cut && !only_one) bytes.remove_prefix(first_end + 1);
  return std::string(bytes);
}

void output_tail::append(std::span<const char> bytes) {
  if (bytes.size() >= tail_bytes) {
    cut_ = cut_ || !bytes_.empty() || bytes.size() > tail_bytes;
    bytes = bytes.last(tail_bytes);
    bytes_.assign(bytes.data(), bytes.size());
    return;
  }
  if (bytes_.size() + bytes.size() > 2 * tail_bytes) {
    cut_ = true;
    bytes_.erase(0, bytes_.size() + bytes.size() - tail_bytes);
  }
  bytes_.append(bytes.data(), bytes.size());
}

}  // namespace weir
