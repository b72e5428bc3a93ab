/// Turns items and lines into jobs: numbers them, fills in the command, sets what all jobs share.
///
/// A record that cannot be made into a job becomes a job that fails: the others run, and it is
/// reported with its place. Examples are a record with fewer columns than the command needs, and
/// one that is too long for execve(2).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "batch/exec_limits.hpp"
#include "batch/file_templates.hpp"
#include "input/item_batch.hpp"
#include "input/placeholder_check.hpp"
#include "input/result_tree.hpp"
#include "input/shell_program.hpp"
#include "input/shown_line.hpp"
#include "input/template.hpp"

namespace weir {

/// What --tag and --tagstring request.
struct tag_settings {
  bool wanted = false;
  std::string text;  ///< with placeholders; empty: the items, or the command line
};

/// A line, or one tuple of several sources.
struct input_record {
  std::span<const std::string_view> items;
  std::uint64_t number = 0;  ///< from which its place can be told
  std::string_view fault{};  ///< why it is not a job, with its place; empty if it is
};

/// The number of a record from outside.
inline constexpr std::uint64_t added_record = UINT64_MAX;

class job_factory {
 public:
  virtual ~job_factory() = default;

  /// A job, or nullopt if the record only adds to one (-n) or is skipped.
  /// \throws usage_error for a header that the command does not fit.
  virtual std::optional<job_spec> take(const input_record& record) = 0;
  /// At the end: a job from what take has gathered; to be called until it returns nullopt.
  virtual std::optional<job_spec> finish() { return std::nullopt; }

  /// A job of this record alone, also where others have several. \throws usage_error for what is
  /// none, or could not run.
  job_spec add(const input_record& record);

  /// Returns the origin of the record with this number. Set by whoever supplies the records.
  std::function<std::string(std::uint64_t)> place_of;

 protected:
  explicit job_factory(std::shared_ptr<const job_settings> settings)
      : settings_(std::move(settings)), limits_(limits_of_jobs()) {}

  /// What --send and --return name is compiled, if they were given.
  void compile_files(const template_options& options);
  std::shared_ptr<const job_settings> settings_of(std::uint64_t seq,
                                                  std::span<const std::string_view> items) const;
  virtual std::optional<job_spec> take_alone(const input_record& record) = 0;
  std::string place(std::uint64_t number) const;

  std::uint64_t seq_ = 0;
  std::shared_ptr<const job_settings> settings_;
  std::unique_ptr<file_templates> files_;  ///< null: no file goes with a job
  exec_limits limits_;
};

/// Every line is a command line.
class command_line_factory final : public job_factory {
 public:
  /// \param shows_line, results as in item_settings.
  command_line_factory(std::shared_ptr<const job_settings> settings, shell_program shell,
                       tag_settings tag, bool shows_line = false,
                       std::optional<std::string> results = std::nullopt);

  /// Items from several sources make one line, as in GNU parallel without a command.
  std::optional<job_spec> take(const input_record& record) override;

 private:
  std::optional<job_spec> take_alone(const input_record& record) override { return take(record); }
  job_spec make(std::string_view line, std::uint64_t number);
  /// What else is said of it. \throws expression_error
  void describe(job_spec& job, std::string_view line) const;

  shell_program shell_;
  tag_settings tag_;
  std::optional<text_template> tag_text_;
  bool shows_line_;
  std::optional<result_place> results_;
};

/// Where blanks are trimmed from an item.
enum class item_trim : std::uint8_t { none, left, right, both };

struct item_settings {
  std::vector<std::string> command;
  template_options options;
  std::size_t max_args = 0;   ///< -n: records for one command line, at most; 0: one
  bool packs = false;         ///< -m, -X, --xargs: as many as fit, up to max_args
  std::size_t spread = 0;     ///< jobs over which the last records are spread, at least; 0: one
  std::size_t max_chars = 0;  ///< -s; 0: as much as the system accepts
  std::optional<std::string> column_separator;  ///< --colsep
  bool csv = false;                             ///< --csv
  bool header = false;                          ///< the first record names the columns
  std::size_t sources = 1;                      ///< that supply the items of a record
  tag_settings tag;
  item_trim trim = item_trim::none;
  bool missing_are_empty = false;      ///< {3} of a last batch of two is empty, as in GNU parallel
  bool keep_item = false;              ///< some record of the run needs job_spec::item
  std::optional<std::string> results;  ///< GNU parallel's --results, reported in job_spec::item
  bool shows_line = false;  ///< a job's text is its line as GNU parallel shows it (shown_line)

  bool has_columns() const noexcept { return csv || column_separator.has_value(); }
};

/// Items fill the placeholders of a command.
class item_factory final : public job_factory {
 public:
  /// \throws usage_error if the command has a placeholder that no record can fill.
  item_factory(std::shared_ptr<const job_settings> settings, item_settings items);

  std::optional<job_spec> take(const input_record& record) override;
  std::optional<job_spec> finish() override;

 private:
  using item_span = std::span<const std::string_view>;

  std::optional<job_spec> take_alone(const input_record& record) override;
  void compile();
  item_span trimmed(item_span items);
  std::size_t chars_of(const job_spec& job, item_span items) const;
  std::string fault_of(const job_spec& job, item_span items) const;
  std::optional<job_spec> take_batch(bool full);
  std::size_t most_that_fit(std::size_t too_many);
  double load_of(std::size_t records);
  std::optional<job_spec> unless_skipped(item_span items, std::uint64_t number) const;
  job_spec make(item_span items, std::uint64_t number) const;
  std::string row_of(item_span items) const;
  job_spec refused(item_span items, std::string why) const;
  void describe(job_spec& job, item_span items) const;

  item_settings items_;
  std::optional<command_template> command_;
  std::optional<text_template> tag_text_;
  std::optional<shown_line> shown_;
  std::optional<shown_line> counted_;  ///< for a script: what -s counts
  std::optional<result_place> results_;
  farthest_placeholder farthest_;
  std::vector<std::string_view> trimmed_;  ///< items of the current record
  item_batch batch_;
  bool spreads_;            ///< no record of the rest has been spread yet
  std::size_t checked_at_;  ///< size in bytes at which a batch is measured
};

}  // namespace weir
