/// The sources of jobs that are read line by line, or combined from lists.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <weir/source.hpp>

#include "batch/added_queue.hpp"
#include "batch/job_factory.hpp"
#include "files/line_reader.hpp"
#include "input/items.hpp"
#include "input/permutation.hpp"
#include "input/record_parser.hpp"

namespace weir {

/// Receives warnings in words for people.
using warning_handler = std::function<void(const std::string&)>;

/// One item or command line per line, read as they arrive and no further than requested.
class line_source final : public source {
 public:
  line_source(loop_executor loop, std::unique_ptr<line_reader> lines, const input_format& format,
              std::unique_ptr<job_factory> factory);

  awaitable<std::optional<job_spec>> next() override;
  std::vector<added_job> add_line(std::string_view line, std::size_t most) override;
  void close() override;

  /// Reports once if lines end with a carriage return.
  void report_to(inbox& to) override { inbox_ = &to; }

 private:
  std::optional<job_spec> next_buffered();
  std::optional<job_spec> next_parsed();

  loop_executor loop_;
  std::unique_ptr<line_reader> lines_;
  input_format format_;
  record_parser parser_;
  std::unique_ptr<job_factory> factory_;
  added_queue added_;
  inbox* inbox_ = nullptr;
  bool warns_;
  bool strips_cr_;
  bool closed_ = false;
};

/// All combinations of lists of items.
class tuple_source final : public source {
 public:
  /// \param format of a line that is added; with columns, records may have several items each.
  /// \param shuffle a seed: the order is random. \throws usage_error if there are too many
  /// to shuffle.
  tuple_source(loop_executor loop, std::vector<item_source> sources, const input_format& format,
               std::unique_ptr<job_factory> factory,
               std::optional<std::uint64_t> shuffle = std::nullopt);

  /// Number of tuples; several may go into one job.
  std::uint64_t count() const noexcept { return tuples_.count(); }

  awaitable<std::optional<job_spec>> next() override;
  /// A line has one item for each source, with tabs between them.
  std::vector<added_job> add_line(std::string_view line, std::size_t most) override;
  void close() override { closed_ = true; }

 private:
  std::optional<job_spec> take_next(bool& more);
  bool next_tuple();

  loop_executor loop_;
  std::size_t sources_;
  item_tuples tuples_;
  input_format format_;
  std::unique_ptr<job_factory> factory_;
  added_queue added_;
  std::vector<std::string_view> tuple_;
  std::optional<permutation> order_;
  std::uint64_t taken_ = 0;   ///< tuples
  std::uint64_t number_ = 0;  ///< of the last tuple taken
  bool closed_ = false;
};

/// Reads all records of a file, for a list of items. \param warn of carriage returns; it is called
/// at most once.
awaitable<item_source> read_all_items(line_reader& lines, const input_format& format,
                                      const warning_handler& warn);

/// Words of the command line as a list of items. \throws usage_error for invalid CSV.
item_source items_of_words(std::span<const std::string> words, const input_format& format);

}  // namespace weir
