/// The sources of jobs that are read line by line, or combined from lists.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <weir/source.hpp>

#include "batch/job_factory.hpp"
#include "input/items.hpp"
#include "system/line_reader.hpp"

namespace weir {

/// One line, one item or command line; read as they come and no further than asked for.
class line_source final : public source {
 public:
  line_source(std::unique_ptr<system::line_reader> lines, std::unique_ptr<job_factory> factory);

  awaitable<std::optional<job_spec>> next() override;
  void close() override;

  /// Told once, in words for people, when lines end with a carriage return.
  std::function<void(const std::string&)> on_warning;

 private:
  std::optional<job_spec> next_buffered();
  void warn_about_cr();

  std::unique_ptr<system::line_reader> lines_;
  std::unique_ptr<job_factory> factory_;
  bool warned_ = false;
  bool closed_ = false;
};

/// All combinations of lists of items.
class tuple_source final : public source {
 public:
  tuple_source(std::vector<item_source> sources, std::unique_ptr<job_factory> factory);

  /// Tuples in all; more than one may go into a job.
  std::uint64_t count() const noexcept { return tuples_.count(); }

  awaitable<std::optional<job_spec>> next() override;
  void close() override { closed_ = true; }

 private:
  item_tuples tuples_;
  std::unique_ptr<job_factory> factory_;
  std::vector<std::string_view> tuple_;
  bool closed_ = false;
};

/// Reads all lines of a file, for a list of items.
awaitable<std::vector<std::string>> read_all_items(system::line_reader& lines);

}  // namespace weir
