#include "input/script_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "input/escape.hpp"
#include "input/script_text.hpp"
#include "input/shell_script.hpp"

namespace weir {

namespace {

std::size_t index_of(const std::vector<placeholder>& all, const placeholder& what) {
  return static_cast<std::size_t>(std::find(all.begin(), all.end(), what) - all.begin());
}

void add_once(std::vector<placeholder>& all, const placeholder& what) {
  if (index_of(all, what) == all.size()) all.push_back(what);
}

}  // namespace

script_plan::script_plan(const std::vector<std::string>& shell, std::string_view written,
                         scanned_script script, bool shows_script)
    : script_(std::move(script)),
      name_(program_name(shell.front())),
      dialect_(dialect_of(shell.front())),
      shows_script_(shows_script) {
  for (const auto& word : shell) shell_.push_back(word);
  for (const auto& part : script_.parts) {
    add_once(is_spread(part) ? spread_ : joined_, part.what);
    evaluates_items_ = evaluates_items_ || part.place == quoting::arithmetic;
  }
  if (!script_.parts.empty())
    written_ = std::make_shared<written_script>(
        written_script{std::string(written), static_cast<std::uint32_t>(shell_.size())});
  for_one_item_ = arguments_for(1);
}

/// All that goes before the items.
argument_list script_plan::arguments_for(std::size_t items) const {
  argument_list arguments = shell_;
  arguments.push_back(shell_script_argument(script_for(items)));
  if (!script_.parts.empty() && is_posix_like(dialect_)) arguments.push_back(name_);
  return arguments;
}

bool script_plan::is_spread(const script_part& part) const {
  return part.whole_word && part.what.what == placeholder::kind::items;
}

/// With one item, a spread placeholder is like any other.
std::size_t script_plan::variable_of(const placeholder& what) const {
  const std::size_t joined = index_of(joined_, what);
  if (joined < joined_.size()) return joined + 1;
  std::size_t variable = joined_.size() + 1;
  for (const auto& other : spread_) {
    if (other == what) break;
    if (index_of(joined_, other) == joined_.size()) ++variable;
  }
  return variable;
}

std::size_t script_plan::variables_for(std::size_t items) const {
  std::size_t count = joined_.size();
  for (const auto& what : spread_)
    if (items != 1 || index_of(joined_, what) == joined_.size()) count += items;
  return count;
}

std::string script_plan::script_for(std::size_t items) const {
  const std::size_t count = variables_for(items);
  std::string script = count > 0 ? set_variables(count, dialect_) : "";
  for (const auto& part : script_.parts) {
    script += part.literal;
    if (items == 1 || !is_spread(part)) {
      append_reference(script, variable_of(part.what), part.place, dialect_);
      continue;
    }
    const std::size_t first = joined_.size() + 1 + index_of(spread_, part.what) * items;
    for (std::size_t i = 0; i < items; ++i) {
      if (i > 0) script += ' ';
      append_reference(script, first + i, part.place, dialect_);
    }
  }
  return script + script_.tail;
}

void script_plan::fill(job_spec& job, std::span<const std::string_view> items) const {
  if (evaluates_items_) check_numbers(job, items);
  const bool one = items.size() == 1 || spread_.empty();
  job.script = written_;
  job.argv = one ? for_one_item_ : arguments_for(items.size());
  for (const auto& what : joined_) {
    if (what.what == placeholder::kind::slot)
      job.slot_marks.push_back({static_cast<std::uint32_t>(job.argv.size()), 0});
    job.argv.push_back(value_of(what, job, items));
  }
  for (const auto& what : spread_) {
    if (one && index_of(joined_, what) < joined_.size()) continue;
    for (const auto item : items) job.argv.push_back(part_of(item, what.part));
  }
  if (shows_script_) job.text = text_for(job, items);
}

std::string script_plan::value_of(const placeholder& what, const job_spec& job,
                                  std::span<const std::string_view> items) const {
  if (what.what == placeholder::kind::seq) return std::to_string(job.seq);
  std::string value;
  if (what.what != placeholder::kind::slot) append_value(value, what, items);
  return value;
}

void script_plan::check_numbers(job_spec& job, std::span<const std::string_view> items) const {
  for (const auto& part : script_.parts) {
    if (part.place != quoting::arithmetic) continue;
    const std::string value = value_of(part.what, job, items);
    if (is_number_like(value)) continue;
    job.refused = '"' + escape_and_clip(value, 60) +
                  "\" stands where the shell evaluates a number, and is not one";
  }
}

std::string script_plan::text_for(const job_spec& job,
                                  std::span<const std::string_view> items) const {
  std::string text;
  for (const auto& part : script_.parts) {
    text += part.literal;
    if (!append_text(text, part, job, items))
      return {};  // the quoted argv is exact, if less pretty
  }
  return text + script_.tail;
}

bool script_plan::append_text(std::string& text, const script_part& part, const job_spec& job,
                              std::span<const std::string_view> items) const {
  if (part.what.what == placeholder::kind::slot) {
    text += "{%}";
    return true;
  }
  if (!is_spread(part)) return append_quoted(text, value_of(part.what, job, items), part);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += ' ';
    append_quoted(text, part_of(items[i], part.what.part), part);
  }
  return true;
}

}  // namespace weir
