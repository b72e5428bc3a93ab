/// From the lines of an input to records: which lines are one, and which columns it has.
///
/// What a blank line means is decided here. It knows no files and no jobs; whoever reads gives it
/// line after line:
///
///     parser.feed(line, number);
///     while (parser.next()) use(parser.columns());
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input/columns.hpp"
#include "input/csv.hpp"

namespace weir {

/// What becomes of lines without any character.
enum class blank_lines : std::uint8_t {
  skipped,
  /// One that others follow is a record, of one empty column: position carries meaning.
  counted_between,
  counted,
};

struct input_format {
  std::optional<std::string> separator{};  ///< --colsep: of columns; with csv one character
  bool csv = false;
  bool strips_cr = false;   ///< a carriage return at the end of a line is no part of it
  bool has_header = false;  ///< blank lines before the first record are skipped
  blank_lines blank = blank_lines::skipped;
  std::size_t most_bytes = std::size_t{16} << 20;  ///< of a record of several lines
  std::string end{};         ///< -E: a line that is this ends the input; empty: none does
  bool skips_first = false;  ///< the first line is none of the input
  bool joins = false;        ///< a line that ends with a blank goes on with the next one
  bool skips_space = false;  ///< a line of white space alone is no record, whatever `blank` says

  bool has_columns() const noexcept { return csv || separator.has_value(); }
};

/// "in.csv:3"; without a name, an item of the command line: `item 3 of ":::"`.
std::string place_text(std::string_view name, std::uint64_t number);

/// That of isspace(3) in the C locale, or nothing.
bool is_white_space(std::string_view text);

class record_parser {
 public:
  /// \param name of the input in messages; empty for items of the command line.
  /// \throws usage_error for a separator that is none.
  record_parser(const input_format& format, std::string name);

  /// \param number of the line, from 1. \pre next() gives nothing.
  /// \throws usage_error for what is no CSV, or a record that is too long, with its place.
  void feed(std::string_view line, std::uint64_t number);

  /// Whether the line that ends the input was fed: further ones are passed over.
  bool has_ended() const noexcept { return ended_; }

  /// Whether there is a record; columns() and number() are of it until the next call.
  bool next();
  /// Valid as long as the line that was fed last, and until the next is.
  std::span<const std::string_view> columns() const noexcept { return columns_; }
  std::uint64_t number() const noexcept { return number_; }  ///< of the record's first line

  /// At the end of the input, of which there may be a last record: next() tells.
  /// \throws usage_error for a quoted field that is not closed.
  void finish();

  /// Lines at the end that would be records if others followed.
  std::uint64_t pending_blanks() const noexcept { return pending_blanks_; }

 private:
  bool is_skipped(std::string_view line, std::uint64_t number);
  bool goes_on(std::string_view line);
  void take_csv(std::string_view line, std::uint64_t number);
  void split();
  [[noreturn]] void refuse(std::uint64_t number, const std::string& why) const;

  input_format format_;
  std::string name_;
  std::optional<column_splitter> splitter_;
  std::optional<csv_reader> csv_;
  bool ended_ = false;
  bool skipped_ = false;  ///< the first line
  bool open_ = false;     ///< a record goes on in the next line
  bool joining_ = false;  ///< joined_ does
  bool ready_ = false;
  bool any_ = false;
  std::uint64_t first_blank_ = 0;     ///< number of the first of both kinds below
  std::uint64_t pending_blanks_ = 0;  ///< nothing has followed them yet
  std::uint64_t ready_blanks_ = 0;
  std::string joined_;  ///< of lines that go on
  std::string_view line_;
  std::uint64_t begin_ = 0;  ///< number of the first line of the record that is read
  std::uint64_t number_ = 0;
  std::vector<std::string_view> columns_;
};

}  // namespace weir
