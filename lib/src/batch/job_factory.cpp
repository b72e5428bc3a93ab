#include "batch/job_factory.hpp"

#include <utility>

#include "input/command_line.hpp"

namespace weir {

namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\f\v") == std::string_view::npos;
}

std::optional<text_template> compile_tag(const tag_settings& tag, const template_options& options) {
  if (!tag.wanted || tag.text.empty()) return std::nullopt;
  return text_template(tag.text, options);
}

std::string joined(std::span<const std::string_view> items) {
  std::string text;
  for (const auto item : items) {
    if (!text.empty()) text += ' ';
    text += item;
  }
  return text;
}

}  // namespace

command_line_factory::command_line_factory(std::shared_ptr<const job_settings> settings,
                                           shell_program shell, tag_settings tag)
    : settings_(std::move(settings)),
      shell_(std::move(shell)),
      tag_(std::move(tag)),
      tag_text_(compile_tag(tag_, {})) {}

std::optional<job_spec> command_line_factory::take_line(std::string_view line) {
  job_spec job = parse_command_line(++seq_, line, shell_);
  job.settings = settings_;
  if (tag_text_)
    job.tag = tag_text_->expand(seq_, {&line, 1});
  else if (tag_.wanted)
    job.tag = line;
  return job;
}

/// Items of several sources make one line, as for GNU parallel without a command.
std::optional<job_spec> command_line_factory::take(std::span<const std::string_view> items) {
  return take_line(joined(items));
}

bool command_line_factory::ignores(std::string_view line) const {
  return is_blank(line);
}

item_factory::item_factory(std::shared_ptr<const job_settings> settings, item_settings items)
    : settings_(std::move(settings)), items_(std::move(items)) {
  if (items_.column_separator) columns_.emplace(*items_.column_separator);
  if (items_.max_args > 0) batch_.emplace(items_.max_args);
  // With a header the names are known only when its line was read.
  if (!items_.header) compile();
}

void item_factory::compile() {
  command_.emplace(items_.command, items_.options);
  tag_text_ = compile_tag(items_.tag, items_.options);
}

std::optional<job_spec> item_factory::take_line(std::string_view line) {
  fields_.clear();
  if (columns_)
    columns_->split(line, fields_);
  else
    fields_.push_back(line);
  if (command_) return take(fields_);
  items_.options.names.assign(fields_.begin(), fields_.end());
  compile();
  return std::nullopt;
}

std::optional<job_spec> item_factory::take(std::span<const std::string_view> items) {
  if (!batch_) return make(items);
  if (!batch_->add(items)) return std::nullopt;
  return finish();
}

std::optional<job_spec> item_factory::finish() {
  if (!batch_ || batch_->empty()) return std::nullopt;
  job_spec job = make(batch_->items());
  batch_->clear();
  return job;
}

job_spec item_factory::make(std::span<const std::string_view> items) {
  job_spec job = command_->expand(++seq_, items);
  job.settings = settings_;
  if (tag_text_)
    job.tag = tag_text_->expand(seq_, items);
  else if (items_.tag.wanted)
    job.tag = joined(items);
  if (items_.keep_item) job.item = joined(items);
  return job;
}

}  // namespace weir
