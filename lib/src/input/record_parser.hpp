/// Turns the lines of an input into records: which lines form one, and which columns it has.
///
/// The meaning of a blank line is decided here. This knows no files and no jobs; the reader passes
/// it line after line:
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

/// What happens to empty lines.
enum class blank_lines : std::uint8_t {
  skipped,
  /// One that others follow is a record with one empty column: its position carries meaning.
  counted_between,
  counted,
};

struct input_format {
  std::optional<std::string> separator{};  ///< --colsep: between columns; with csv one character
  bool csv = false;
  bool strips_cr = false;   ///< a carriage return at the end of a line is dropped
  bool has_header = false;  ///< blank lines before the first record are skipped
  blank_lines blank = blank_lines::skipped;
  std::size_t most_bytes = std::size_t{16} << 20;  ///< of a record that spans several lines
  std::string end{};         ///< -E: a line equal to this ends the input; empty: none does
  bool skips_first = false;  ///< the first line is not part of the input
  bool joins = false;        ///< a line that ends with a blank continues on the next one
  bool skips_space = false;  ///< a line of white space alone is not a record, whatever `blank` says

  bool has_columns() const noexcept { return csv || separator.has_value(); }
};

/// "in.csv:3"; without a name, it is a command-line item: `item 3 of ":::"`.
std::string place_text(std::string_view name, std::uint64_t number);

/// Whether it holds nothing but isspace(3) characters of the C locale; true if empty.
bool is_white_space(std::string_view text);

class record_parser {
 public:
  /// \param name of the input in messages; empty for command-line items.
  /// \throws usage_error for an invalid separator.
  record_parser(const input_format& format, std::string name);

  /// \param number of the line, from 1.
  /// \pre next() returns false.
  /// \throws usage_error, with the position, for invalid CSV, or a record that is too long.
  void feed(std::string_view line, std::uint64_t number);

  /// Whether the line that ends the input was fed: later lines are ignored.
  bool has_ended() const noexcept { return ended_; }

  /// Whether there is a record; columns() and number() refer to it until the next call.
  bool next();
  /// Valid until the next line is fed, and as long as the last one is.
  std::span<const std::string_view> columns() const noexcept { return columns_; }
  std::uint64_t number() const noexcept { return number_; }  ///< of the record's first line

  /// Ends the input, which may complete a last record: next() says.
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
  bool skipped_ = false;  ///< the first line was skipped
  bool open_ = false;     ///< a record continues on the next line
  bool joining_ = false;  ///< joined_ continues on the next line
  bool ready_ = false;
  bool any_ = false;
  std::uint64_t first_blank_ = 0;     ///< number of the first blank line of both kinds below
  std::uint64_t pending_blanks_ = 0;  ///< nothing has followed them yet
  std::uint64_t ready_blanks_ = 0;
  std::string joined_;  ///< lines joined so far
  std::string_view line_;
  std::uint64_t begin_ = 0;  ///< number of the first line of the current record
  std::uint64_t number_ = 0;
  std::vector<std::string_view> columns_;
};

}  // namespace weir
