#include "batch/job_factory.hpp"

#include <algorithm>
#include <utility>

#include <weir/error.hpp>

#include "input/columns.hpp"
#include "input/command_line.hpp"
#include "input/item_expression.hpp"
#include "input/placeholder.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

/// For a tag or the item in a record: anything longer could not be an argument either.
constexpr std::size_t longest_name = std::size_t{128} << 10;
/// A smaller batch is not measured before it is full.
constexpr std::size_t least_to_check = std::size_t{64} << 10;
/// A batch that uses this share of what execve(2) accepts is good enough.
constexpr double good_load = 0.98;
/// How much is shown of a command line refused for its length.
constexpr std::size_t shown_of_refused = 200;
/// Columns of the screen.
constexpr std::size_t shown_of_row = 80;

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\f\v") == std::string_view::npos;
}

/// As in job_spec::tag.
constexpr std::string_view slot_in_tag("\0", 1);

std::optional<text_template> compile_tag(const tag_settings& tag, const template_options& options) {
  if (!tag.wanted || tag.text.empty()) return std::nullopt;
  return text_template(tag.text, options);
}

std::string joined(std::span<const std::string_view> items, std::size_t most) {
  std::string text;
  for (const auto item : items) {
    if (text.size() > most) break;
    if (!text.empty()) text += ' ';
    text += item;
  }
  if (text.size() > most) text.resize(most);
  return text;
}

/// A dialect has one word, which is a script.
std::string script_of(const std::vector<std::string>& command) {
  std::string script;
  for (const std::string& word : command) (script += script.empty() ? "" : " ") += word;
  return script;
}

/// Joins the place of a record and its contents; with -n, a job has several records.
std::string link_to_items(const item_settings& items) {
  if (items.max_args > 0) return items.sources > 1 ? " begin a job with " : " begins a job with ";
  return items.sources > 1 ? " have " : " has ";
}

}  // namespace

void job_factory::compile_files(const template_options& options) {
  if (settings_->files != carried_files{})
    files_ = std::make_unique<file_templates>(settings_, options);
}

std::shared_ptr<const job_settings> job_factory::settings_of(
    std::uint64_t seq, std::span<const std::string_view> items) const {
  return files_ ? files_->settings(seq, items) : settings_;
}

std::string job_factory::place(std::uint64_t number) const {
  if (number == added_record) return "the line";
  return place_of ? place_of(number) : "the block";
}

job_spec job_factory::add(const input_record& record) {
  const std::uint64_t before = seq_;
  std::optional<job_spec> job = take_alone(record);
  if (job && job->refused.empty()) {
    job->added = true;
    return *std::move(job);
  }
  seq_ = before;
  throw usage_error(job ? job->refused : "the line is no job");
}

command_line_factory::command_line_factory(std::shared_ptr<const job_settings> settings,
                                           shell_program shell, tag_settings tag, bool shows_line,
                                           std::optional<std::string> results)
    : job_factory(std::move(settings)),
      shell_(std::move(shell)),
      tag_(std::move(tag)),
      tag_text_(compile_tag(tag_, {})),
      shows_line_(shows_line) {
  if (results) results_.emplace(std::move(*results), template_options{}, 1);
  compile_files({});
  if (tag_text_) check_reach(as_written(tag_text_->farthest_item(), {&tag_.text, 1}, {}), 1);
  for (std::size_t i = 0; files_ && i < files_->texts().size(); ++i)
    check_reach(as_written(files_->farthest_item(i), {&files_->texts()[i], 1}, {}), 1);
}

std::optional<job_spec> command_line_factory::take(const input_record& record) {
  if (record.items.size() == 1) {
    if (is_blank(record.items.front())) return std::nullopt;
    return make(record.items.front(), record.number);
  }
  const std::string line = joined(record.items, std::string::npos);
  if (is_blank(line)) return std::nullopt;
  return make(line, record.number);
}

job_spec command_line_factory::make(std::string_view line, std::uint64_t number) {
  job_spec job = parse_command_line(++seq_, line, shell_);
  if (shows_line_) job.text = line;
  if (!limits_.fits(job.argv)) {
    job.refused = place(number) + ": " + limits_.fault(job.argv);
    job.text = line = line.substr(0, shown_of_refused);
    job.argv = {shell_.name, "-c", line};
  }
  try {
    describe(job, line);
  } catch (const expression_error& error) {
    job.refused = place(number) + ": " + error.what();
  }
  return job;
}

void command_line_factory::describe(job_spec& job, std::string_view line) const {
  job.settings = settings_;
  if (tag_.wanted && !tag_text_) job.tag = line;
  job.settings = settings_of(seq_, {&line, 1});
  if (results_) job.item = (*results_)(seq_, {&line, 1});
  if (tag_text_) job.tag = tag_text_->expand(seq_, {&line, 1}, slot_in_tag);
}

item_factory::item_factory(std::shared_ptr<const job_settings> settings, item_settings items)
    : job_factory(std::move(settings)),
      items_(std::move(items)),
      spreads_(items_.spread > 0),
      checked_at_(least_to_check) {
  if (items_.max_chars > 0) checked_at_ = std::min(checked_at_, items_.max_chars);
  // With a header, the names are known only once its line has been read.
  if (!items_.header) compile();
}

void item_factory::compile() {
  command_.emplace(items_.command, items_.options);
  tag_text_ = compile_tag(items_.tag, items_.options);
  if (items_.results)
    results_.emplace(*items_.results, items_.options, items_.has_columns() ? 0 : items_.sources);
  if (items_.max_chars > 0 && command_->is_script())
    counted_.emplace(script_of(items_.command), items_.options);
  if (items_.shows_line && !command_->repeats_words() && !command_->is_line())
    shown_.emplace(script_of(items_.command), items_.options);
  const auto& names = items_.options.names;
  if (!names.empty()) {
    for (const auto& word : items_.command) check_names(word, names, items_.options.syntax);
    check_names(items_.tag.text, names, items_.options.syntax);
  }
  farthest_ = as_written(command_->farthest_item(), items_.command, names);
  const auto consider = [&](std::int32_t index, const std::string& text) {
    if (items_for(index) > items_for(farthest_.index))
      farthest_ = as_written(index, {&text, 1}, names);
  };
  if (tag_text_) consider(tag_text_->farthest_item(), items_.tag.text);
  compile_files(items_.options);
  for (std::size_t i = 0; files_ && i < files_->texts().size(); ++i) {
    if (!names.empty()) check_names(files_->texts()[i], names, items_.options.syntax);
    consider(files_->farthest_item(i), files_->texts()[i]);
  }
  // A line may have any number of columns.
  if (!items_.has_columns())
    check_reach(farthest_, items_.sources * std::max<std::size_t>(items_.max_args, 1));
}

std::optional<job_spec> item_factory::take(const input_record& record) {
  if (!command_) {
    items_.options.names.assign(record.items.begin(), record.items.end());
    compile();
    return std::nullopt;
  }
  const item_span items = items_.trim == item_trim::none ? record.items : trimmed(record.items);
  if (items_.max_args == 0) {
    ++seq_;
    if (record.fault.empty()) return unless_skipped(items, record.number);
    return refused(items, std::string(record.fault));
  }
  batch_.add(items, record.number);
  const bool full = batch_.size() >= items_.max_args;
  if (!full && batch_.bytes() < checked_at_) return std::nullopt;
  return take_batch(full);
}

std::optional<job_spec> item_factory::take_alone(const input_record& record) {
  if (!command_) throw usage_error("the line that names the columns has not come yet");
  ++seq_;
  return unless_skipped(items_.trim == item_trim::none ? record.items : trimmed(record.items),
                        record.number);
}

item_factory::item_span item_factory::trimmed(item_span items) {
  constexpr std::string_view blanks = " \t\n\r";
  trimmed_.assign(items.begin(), items.end());
  for (std::string_view& item : trimmed_) {
    if (items_.trim != item_trim::right)
      item.remove_prefix(std::min(item.find_first_not_of(blanks), item.size()));
    if (items_.trim != item_trim::left) item = item.substr(0, item.find_last_not_of(blanks) + 1);
  }
  return trimmed_;
}

std::optional<job_spec> item_factory::finish() {
  if (batch_.empty()) return std::nullopt;
  if (spreads_) {
    // Spread only what is left after the last full job.
    while (!batch_.empty() && load_of(batch_.size()) > 1)
      if (auto job = take_batch(true)) return job;
    if (batch_.empty()) return std::nullopt;
    spreads_ = false;
    items_.max_args =
        std::min(items_.max_args, (batch_.size() + items_.spread - 1) / items_.spread);
  }
  while (!batch_.empty())
    if (auto job = take_batch(true)) return job;
  return std::nullopt;
}

/// One job of as many records as execve(2) accepts; nullopt if all would fit and more may come, or
/// if it is skipped.
std::optional<job_spec> item_factory::take_batch(bool full) {
  std::size_t records = std::min(batch_.size(), items_.max_args);
  const bool fits = load_of(records) <= 1;
  if (fits && !full) {
    checked_at_ *= 2;
    return std::nullopt;
  }
  if (!fits) records = std::max<std::size_t>(most_that_fit(records), 1);
  const std::size_t before = batch_.bytes();
  ++seq_;
  std::optional<job_spec> job = unless_skipped(batch_.items(records), batch_.first_number());
  batch_.drop(records);
  checked_at_ =
      std::max(before - batch_.bytes(),
               items_.max_chars > 0 ? std::min(least_to_check, items_.max_chars) : least_to_check);
  return job;
}

/// As many as fit, or slightly fewer. Sizes grow roughly evenly with the items, so interpolation
/// needs few steps; every other step halves the interval, in case they do not. \pre `too_many` do
/// not fit.
std::size_t item_factory::most_that_fit(std::size_t too_many) {
  // Anyone who specifies a size relies on it.
  const double good = items_.max_chars > 0 ? 1 : good_load;
  std::size_t fit = 0;
  double least = 0;
  double most = load_of(too_many);
  for (bool halve = false; too_many - fit > 1 && least < good; halve = !halve) {
    const double share = halve ? 0.5 : (1 - least) / (most - least);
    const auto step = static_cast<std::size_t>(share * static_cast<double>(too_many - fit));
    const std::size_t tried = fit + std::clamp<std::size_t>(step, 1, too_many - fit - 1);
    const double load = load_of(tried);
    (load <= 1 ? fit : too_many) = tried;
    (load <= 1 ? least : most) = load;
  }
  return fit;
}

double item_factory::load_of(std::size_t records) try {
  const job_spec job = command_->expand(seq_ + 1, batch_.items(records));
  const double load = limits_.load(job.argv);
  if (items_.max_chars == 0) return load;
  return std::max(load, static_cast<double>(chars_of(job, batch_.items(records))) /
                            static_cast<double>(items_.max_chars));
} catch (const expression_error&) {
  return 0;  // it will be refused
}

/// For a script, what counts is the text as written, not how its shell is called.
std::size_t item_factory::chars_of(const job_spec& job, item_span items) const {
  return counted_ ? counted_->expand(job.seq, items).size() + 1 : job.argv.bytes().size();
}

/// Why the job must not run; empty if it may.
std::string item_factory::fault_of(const job_spec& job, item_span items) const {
  if (items_.max_chars == 0) return limits_.fault(job.argv);
  const std::size_t chars = chars_of(job, items);
  if (chars <= items_.max_chars) return limits_.fault(job.argv);
  return "a command line of " + std::to_string(chars) + " bytes is too long: -s allows " +
         std::to_string(items_.max_chars);
}

/// An expression may say that the job is not to run; its number is then skipped.
std::optional<job_spec> item_factory::unless_skipped(item_span items, std::uint64_t number) const {
  const auto& facts = items_.options.syntax.facts;
  if (!facts) return make(items, number);
  facts->items = items;
  facts->skipped = false;
  job_spec job = make(items, number);
  if (!facts->skipped) return job;
  ++facts->left_out;
  return std::nullopt;
}

job_spec item_factory::make(item_span items, std::uint64_t number) const try {
  if (items.size() < items_for(farthest_.index) && !items_.missing_are_empty)
    return refused(items, place(number) + link_to_items(items_) +
                              missing_items(items.size(), farthest_,
                                            items_.has_columns() ? "column" : "item") +
                              ": " + row_of(items));
  job_spec job = command_->expand(seq_, items);
  if (std::string fault = fault_of(job, items); !fault.empty())
    return refused(items, place(number) + ": " + fault);
  if (shown_ && job.refused.empty())
    job.text = shown_->expand(seq_, items);
  else if (items_.shows_line && job.refused.empty() && command_->is_line())
    job.text = last_argument_as_shown(job);
  else if (items_.shows_line && job.refused.empty() && job.slot_marks.empty())
    job.text = arguments_as_shown(job.argv);
  describe(job, items);
  return job;
} catch (const expression_error& error) {
  return refused(items, place(number) + ": " + error.what());
}

/// As in the input, so that it can be searched for; if the separator is an expression, the
/// separator itself is no longer known.
std::string item_factory::row_of(item_span items) const {
  std::string separator = items_.csv ? "," : " ";
  if (items_.column_separator)
    separator = fixed_separator(*items_.column_separator).value_or(separator);
  std::string row;
  for (std::size_t i = 0; i < items.size() && row.size() <= shown_of_refused; ++i)
    (row += i == 0 ? "" : separator) += items[i];
  return '"' + escape_and_clip(row, shown_of_row) + '"';
}

/// Placeholders stay as they were written: nothing is shown that could be run by mistake.
job_spec item_factory::refused(item_span items, std::string why) const {
  job_spec job;
  job.seq = seq_;
  for (const auto& word : items_.command) job.argv.push_back(word);
  if (items_.command.size() == 1) job.text = items_.command.front();
  job.refused = std::move(why);
  try {
    describe(job, items);
  } catch (const expression_error&) {  // told already, or there is something else to tell
  }
  return job;
}

void item_factory::describe(job_spec& job, item_span items) const {
  job.settings = settings_;
  job.settings = settings_of(job.seq, items);
  if (tag_text_)
    job.tag = tag_text_->expand(seq_, items, slot_in_tag);
  else if (items_.tag.wanted)
    job.tag = joined(items, longest_name);
  if (job.tag.size() > longest_name) job.tag.resize(longest_name);
  if (results_)
    job.item = (*results_)(seq_, items);
  else if (items_.keep_item)
    job.item = joined(items, longest_name);
}

}  // namespace weir
