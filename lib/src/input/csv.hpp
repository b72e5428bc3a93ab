/// Comma-separated values as in RFC 4180 (--csv), line by line.
///
/// A field in double quotes may hold separators, newlines and doubled quotes. Lines end with LF or
/// CRLF. What the RFC does not allow, such as a quote within an unquoted field, is an error: a
/// guess would corrupt data. This knows nothing of files; the caller says where a fault is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class csv_reader {
 public:
  enum class state : std::uint8_t {
    complete,         ///< the record is complete
    open,             ///< a quoted field continues on the next line
    quote_in_field,   ///< a quote in a field that does not begin with one
    text_after_quote  ///< neither separator nor end of line after a closing quote
  };

  /// \param separator of fields: one character, neither a quote nor a newline.
  explicit csv_reader(std::string separator) : separator_(std::move(separator)) {}

  /// \param line without its newline. Must not be called again after a fault.
  state take(std::string_view line);

  /// Appends the fields of the record; a blank line has one.
  /// \pre take() returned complete. The views are valid until the next take().
  void columns(std::vector<std::string_view>& columns) const;

  /// Bytes of the record so far.
  std::size_t size() const noexcept { return text_.size(); }

 private:
  enum class place : std::uint8_t { start, plain, quoted, after_quote };

  void take_quoted(std::string_view& rest);
  bool take_plain(std::string_view& rest);
  bool take_after_quote(std::string_view& rest);
  void end_field();

  std::string separator_;
  std::string text_;  ///< of all fields, quotes removed
  std::vector<std::size_t> ends_;
  place at_ = place::start;
};

}  // namespace weir
