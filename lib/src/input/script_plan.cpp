#include "input/script_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "input/evaluated_words.hpp"
#include "input/script_text.hpp"
#include "input/shell_script.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

/// An item may stand in the script a thousand times, but is a parameter only once.
constexpr std::size_t longest_text = std::size_t{128} << 10;

std::size_t index_of(const std::vector<placeholder>& all, const placeholder& what) {
  return static_cast<std::size_t>(std::find(all.begin(), all.end(), what) - all.begin());
}

void add_once(std::vector<placeholder>& all, const placeholder& what) {
  if (index_of(all, what) == all.size()) all.push_back(what);
}

/// The end of a script, as people know it.
std::string_view last_line(std::string_view script) {
  return script.substr(script.rfind('\n') + 1);  // npos + 1 is 0
}

}  // namespace

script_plan::script_plan(script_frame frame, std::string_view written, scanned_script script)
    : dialect_(frame.dialect),
      variables_(std::move(frame.variables)),
      before_(std::move(frame.before)),
      name_(std::move(frame.name)),
      after_(std::move(frame.after)),
      script_(std::move(script)),
      shows_script_(frame.shows_script),
      appended_(frame.appended) {
  for (const auto& part : script_.parts) {
    add_once(is_spread(part) ? spread_ : joined_, part.what);
    evaluates_items_ = evaluates_items_ || part.evaluated != evaluation::none;
  }
  if (!script_.parts.empty())
    written_ = std::make_shared<written_script>(
        written_script{std::string(written), static_cast<std::uint32_t>(before_.fixed().size())});
  if (before_.is_fixed() && name_.is_fixed()) for_one_item_ = head_for_one_item();
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
  std::string script = count > 0 ? set_variables(count, variables_, dialect_) : "";
  const auto append = [&](std::size_t variable, quoting place) {
    append_reference(script, variables_ + std::to_string(variable), place, dialect_);
  };
  for (const auto& part : script_.parts) {
    script += part.literal;
    if (items == 1 || !is_spread(part)) {
      append(variable_of(part.what), part.place);
      continue;
    }
    const std::size_t first = joined_.size() + 1 + index_of(spread_, part.what) * items;
    for (std::size_t i = 0; i < items; ++i) {
      if (i > 0) script += ' ';
      append(first + i, part.place);
    }
  }
  return shell_script_argument(script + script_.tail);
}

void script_plan::fill(job_spec& job, std::span<const std::string_view> items) const {
  if (evaluates_items_) check_evaluated(job, items);
  const bool one = items.size() == 1 || spread_.empty();
  job.script = written_;
  if (one && !for_one_item_.empty())
    job.argv = for_one_item_;
  else
    fill_head(job, items, one);
  fill_items(job, items, one);
  after_.append(job, items);
  // Nobody may paste what may not run.
  if (!job.refused.empty())
    job.text = written_->text;
  else if (shows_script_)
    job.text = text_for(job, items);
}

argument_list script_plan::head_for_one_item() const {
  job_spec job;
  fill_head(job, {}, true);
  return std::move(job.argv);
}

void script_plan::fill_head(job_spec& job, std::span<const std::string_view> items,
                            bool one) const {
  before_.fill(job, items);
  if (written_ && written_->argument != job.argv.size())
    job.script = std::make_shared<written_script>(
        written_script{written_->text, static_cast<std::uint32_t>(job.argv.size())});
  job.argv.push_back(script_for(one ? 1 : items.size()));
  if (!script_.parts.empty() || !after_.is_empty()) name_.append(job, items);
}

void script_plan::fill_items(job_spec& job, std::span<const std::string_view> items,
                             bool one) const {
  for (const auto& what : joined_) {
    if (what.what == placeholder::kind::slot)
      job.slot_marks.push_back({static_cast<std::uint32_t>(job.argv.size()), 0});
    job.argv.push_back(value_of(what, job, items));
  }
  for (const auto& what : spread_) {
    if (one && index_of(joined_, what) < joined_.size()) continue;
    for (const auto item : items) job.argv.push_back(part_of(item, what.part));
  }
}

std::int32_t script_plan::farthest_item() const noexcept {
  std::int32_t farthest = 0;
  for (const auto& part : script_.parts) farthest = farther(farthest, part.what);
  for (const argv_plan* words : {&before_, &name_, &after_})
    if (items_for(words->farthest_item()) > items_for(farthest)) farthest = words->farthest_item();
  return farthest;
}

std::string script_plan::value_of(const placeholder& what, const job_spec& job,
                                  std::span<const std::string_view> items) const {
  if (what.what == placeholder::kind::seq) return std::to_string(job.seq);
  std::string value;
  if (what.what != placeholder::kind::slot) append_value(value, what, items);
  return value;
}

void script_plan::check_evaluated(job_spec& job, std::span<const std::string_view> items) const {
  const auto check = [&](std::string_view value, evaluation as) {
    if (!is_harmless(value, as)) job.refused = refusal(value, as);
  };
  for (const auto& part : script_.parts) {
    if (part.what.what == placeholder::kind::seq || part.what.what == placeholder::kind::slot)
      continue;
    // A shell that parses joined items parses each: the blanks between are not theirs.
    const bool each = is_spread(part) || (part.evaluated == evaluation::script &&
                                          part.what.what == placeholder::kind::items);
    if (!each)
      check(value_of(part.what, job, items), part.evaluated);
    else
      for (const auto item : items) check(part_of(item, part.what.part), part.evaluated);
  }
}

std::string script_plan::refusal(std::string_view value, evaluation as) const {
  std::string text = '"' + escape_and_clip(value, 60) + '"';
  if (appended_)
    text += ", appended as in \"" + escape_and_clip(last_line(written_->text), 60) + "\",";
  if (as == evaluation::script)
    return text +
           " stands in a script within the script, where a shell would parse it: hand it over as "
           "an "
           "argument, as in sh -c 'echo \"$1\"' sh {}";
  text += " stands where the shell ";
  text += as == evaluation::number ? "evaluates a number" : "expects the name of a variable";
  return text + ", and is not one";
}

std::string script_plan::text_for(const job_spec& job,
                                  std::span<const std::string_view> items) const {
  std::string text;
  for (const auto& part : script_.parts) {
    text += part.literal;
    if (!append_text(text, part, job, items) || text.size() > longest_text)
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
