/// A terminal for tests: a tiny model of a screen, whose cells can be looked at after every write.
///
/// It understands what weir writes and what jobs print; anything else is shown as it is, so that a
/// test fails.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "files/terminal.hpp"

namespace weir::test {

class fake_screen final : public terminal {
 public:
  explicit fake_screen(unsigned columns = 80, unsigned rows = 24) : size_{columns, rows} {}

  terminal_size size() override { return size_; }
  bool foreground() override { return is_foreground; }
  bool write(std::string_view bytes) override {
    if (is_stalled) return false;
    ++writes;
    put(bytes);
    return true;
  }

  /// What a job prints; a newline starts a new line, as the line discipline does it.
  void output(std::string_view text) {
    for (const char c : text) put(c == '\n' ? std::string_view("\r\n") : std::string_view(&c, 1));
  }

  /// Lines from the top down to the last that is not empty, trailing blanks removed; what scrolled
  /// out is there, too.
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const auto& cells : cells_) {
      std::string line;
      for (const auto& cell : cells) line += cell.empty() ? " " : cell;
      line.erase(line.find_last_not_of(' ') + 1);
      all.push_back(line);
    }
    while (!all.empty() && all.back().empty()) all.pop_back();
    return all;
  }

  void resize(unsigned columns, unsigned rows) { size_ = {columns, rows}; }

  bool is_foreground = true;
  bool is_stalled = false;
  unsigned writes = 0;
  bool updating = false;
  bool wrapping = true;
  bool cursor_shown = true;
  std::string progress;  ///< last OSC 9;4
  std::size_t row = 0;   ///< of the cursor, counted from the first line ever
  std::size_t column = 0;

 private:
  void put(std::string_view bytes) {
    while (!bytes.empty()) bytes.remove_prefix(put_one(bytes));
  }

  std::size_t put_one(std::string_view bytes) {
    if (bytes[0] == '\r') return column = 0, 1;
    if (bytes[0] == '\n') return ++row, 1;
    if (bytes.substr(0, 2) == "\x1b[") return sequence(bytes);
    if (bytes.substr(0, 2) == "\x1b]") {
      const auto end = bytes.find('\a');
      progress = bytes.substr(2, end - 2);
      return end + 1;
    }
    std::size_t length = 1;
    while (length < bytes.size() && (static_cast<unsigned char>(bytes[length]) & 0xc0) == 0x80)
      ++length;
    if (column >= size_.columns) {
      if (!wrapping) return length;
      column = 0;
      ++row;
    }
    cell(row, column++) = bytes.substr(0, length);
    return length;
  }

  std::size_t sequence(std::string_view bytes) {
    const auto end = bytes.find_first_not_of("0123456789;?", 2);
    const std::string arguments{bytes.substr(2, end - 2)};
    const char final = bytes[end];
    if (final == 'K') clear(row, column);
    if (final == 'J') {
      clear(row, column);
      for (std::size_t r = row + 1; r < cells_.size(); ++r) clear(r, 0);
    }
    if (final == 'A') row -= std::min<std::size_t>(row, std::stoul(arguments));
    if (final == 'h' || final == 'l') set_mode(arguments, final == 'h');
    return end + 1;
  }

  void set_mode(const std::string& mode, bool on) {
    if (mode == "?2026") updating = on;
    if (mode == "?7") wrapping = on;
    if (mode == "?25") cursor_shown = on;
  }

  void clear(std::size_t r, std::size_t from) {
    if (r < cells_.size() && from < cells_[r].size()) cells_[r].resize(from);
  }

  std::string& cell(std::size_t r, std::size_t c) {
    if (cells_.size() <= r) cells_.resize(r + 1);
    if (cells_[r].size() <= c) cells_[r].resize(c + 1);
    return cells_[r][c];
  }

  terminal_size size_;
  std::vector<std::vector<std::string>> cells_;
};

}  // namespace weir::test
