/// Records of a descriptor, one by one, as they arrive: lines, or text that ends with a given
/// character.
///
/// A line is available as soon as its delimiter arrives, and buffered ones without suspending:
///
///     for (;;) {
///       while (const auto line = reader.try_next()) use(*line);
///       const bool more = co_await reader.fill();
///       if (!more) break;
///     }
///
/// Memory is constant: one buffer of 64 KiB that grows only for a longer line, up to a limit. It
/// does not know what lines mean; blank lines and carriage returns are up to the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <weir/awaitable.hpp>

#include "loop/nonblocking.hpp"
#include "loop/owned_fd.hpp"

namespace weir {

struct line_format {
  std::string delimiter = "\n";                  ///< one character, of one or several bytes
  std::size_t max_line = std::size_t{16} << 20;  ///< bytes, excluding the delimiter
};

class line_reader {
 public:
  /// \param fd is borrowed; none of its flags are changed. Bytes are read ahead of the lines.
  /// \param name of the file in messages: "stdin", "items.txt".
  line_reader(const loop_executor& loop, int fd, std::string name, line_format format = {});
  /// The same, but closes the descriptor at the end.
  line_reader(const loop_executor& loop, owned_fd fd, std::string name, line_format format = {});

  /// The next line without its delimiter, if a whole one is buffered; the last one may lack a
  /// delimiter. A byte order mark (UTF-8) before the first one is skipped. Valid until the next
  /// call of try_next() or fill().
  /// \throws usage_error for a line that is too long, and for a NUL that is not the delimiter.
  std::optional<std::string_view> try_next();

  /// Suspends until bytes arrive. Call it when try_next() returned nothing, one call at a time; the
  /// reader must outlive the call.
  /// \returns false if there will be no more lines: at the end of the file or after close().
  /// \throws io_error if reading fails, and whatever try_next() throws, after the lines before that
  /// were returned.
  awaitable<bool> fill();

  /// Makes a suspended fill(), and every later one, return false. Buffered lines are dropped.
  void close() noexcept;

  /// Makes a suspended fill return true, with no more bytes than before.
  void wake() noexcept;

  /// Number of the last line returned, from 1; 0 before the first.
  std::uint64_t line_number() const noexcept { return line_number_; }
  /// Whether any line so far ended with a carriage return (which is kept); with another delimiter
  /// that is ordinary data.
  bool saw_cr() const noexcept { return saw_cr_; }
  const std::string& name() const noexcept { return name_; }

 private:
  bool has_room() const noexcept { return end_ < capacity_; }
  bool ends_lines_by(char c) const noexcept { return format_.delimiter == std::string_view(&c, 1); }
  void make_room();
  void take(std::size_t count) noexcept;
  void skip_byte_order_mark() noexcept;
  std::string_view give(std::size_t length, std::size_t consumed);
  [[noreturn]] void refuse(const std::string& why) const;

  owned_fd owned_;
  nonblocking input_;
  std::string name_;
  line_format format_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;    ///< of the bytes not returned yet
  std::size_t scanned_ = 0;  ///< there is no delimiter up to here
  std::size_t end_ = 0;
  std::size_t nul_ = none;  ///< the first NUL in the bytes not returned yet, if it is an error
  std::uint64_t line_number_ = 0;
  bool saw_cr_ = false;
  bool at_start_ = true;  ///< a byte order mark may still come
  bool at_eof_ = false;
  bool woken_ = false;
  bool closed_ = false;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

}  // namespace weir
