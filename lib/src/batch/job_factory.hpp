/// From items and lines to jobs: numbers them, fills the command, sets what all jobs share.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/columns.hpp"
#include "input/items.hpp"
#include "input/shell_program.hpp"
#include "input/template.hpp"

namespace weir {

/// What --tag and --tagstring ask for.
struct tag_settings {
  bool wanted = false;
  std::string text;  ///< with placeholders; empty: the items, or the command line
};

class job_factory {
 public:
  virtual ~job_factory() = default;

  /// A job, or nothing when the line only adds to one (-n). \throws usage_error.
  virtual std::optional<job_spec> take_line(std::string_view line) = 0;
  /// The same for one tuple of items.
  virtual std::optional<job_spec> take(std::span<const std::string_view> items) = 0;
  /// The job of what take_line has gathered, at the end.
  virtual std::optional<job_spec> finish() { return std::nullopt; }
  /// Whether a line without any character but blanks is one.
  virtual bool ignores(std::string_view line) const = 0;
};

/// Every line is a command line.
class command_line_factory final : public job_factory {
 public:
  command_line_factory(std::shared_ptr<const job_settings> settings, shell_program shell,
                       tag_settings tag);

  std::optional<job_spec> take_line(std::string_view line) override;
  std::optional<job_spec> take(std::span<const std::string_view> items) override;
  bool ignores(std::string_view line) const override;

 private:
  std::shared_ptr<const job_settings> settings_;
  shell_program shell_;
  tag_settings tag_;
  std::optional<text_template> tag_text_;
  std::uint64_t seq_ = 0;
};

struct item_settings {
  std::vector<std::string> command;
  template_options options;
  std::size_t max_args = 0;  ///< -n: items for one command line; 0: one line or tuple
  std::optional<std::string> column_separator;  ///< --colsep
  bool header = false;                          ///< the first line names the columns
  tag_settings tag;
  bool keep_item = false;  ///< a record wants job_spec::item
};

/// Items fill the placeholders of a command.
class item_factory final : public job_factory {
 public:
  item_factory(std::shared_ptr<const job_settings> settings, item_settings items);

  std::optional<job_spec> take_line(std::string_view line) override;
  std::optional<job_spec> take(std::span<const std::string_view> items) override;
  std::optional<job_spec> finish() override;
  bool ignores(std::string_view line) const override { return line.empty(); }

 private:
  void compile();
  job_spec make(std::span<const std::string_view> items);

  std::shared_ptr<const job_settings> settings_;
  item_settings items_;
  std::optional<command_template> command_;
  std::optional<text_template> tag_text_;
  std::optional<column_splitter> columns_;
  std::optional<item_batch> batch_;
  std::vector<std::string_view> fields_;
  std::uint64_t seq_ = 0;
};

}  // namespace weir
