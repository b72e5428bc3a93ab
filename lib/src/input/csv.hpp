/// Comma-separated values as RFC 4180 has them (--csv), line by line.
///
/// A field in double quotes may hold separators, newlines and doubled quotes. Lines end with LF or
/// CRLF. What the RFC does not allow, such as a quote within a field without quotes, is told and
/// not guessed at: a guess tears data. It knows no files; where a fault stands is the caller's to
/// say.
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
    complete,         ///< the record is there
    open,             ///< a quoted field goes on in the next line
    quote_in_field,   ///< a quote in a field that does not begin with one
    text_after_quote  ///< neither separator nor end of line after a closing quote
  };

  /// \param separator of fields: one character, neither quote nor newline.
  explicit csv_reader(std::string separator) : separator_(std::move(separator)) {}

  /// \param line without its newline. After a fault nothing more may be given.
  state take(std::string_view line);

  /// Appends the fields of the record, of which a blank line has one. \pre take gave complete. The
  /// views last until the next take.
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
