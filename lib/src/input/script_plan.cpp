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

/// An item may occur in the script a thousand times, but is only one parameter.
constexpr std::size_t longest_text = std::size_t{128} << 10;

std::shared_ptr<const script_shape> make_shape(scanned_script script) {
  script_variables variables(script.parts);
  return std::make_shared<script_shape>(script_shape{std::move(script), std::move(variables)});
}

/// The end of a script, which is the part people recognise.
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
      shape_(make_shape(std::move(script))),
      shows_script_(frame.shows_script),
      appended_(frame.appended) {
  for (const auto& part : shape_->script.parts)
    evaluates_items_ = evaluates_items_ || part.evaluated != evaluation::none;
  if (!shape_->script.parts.empty()) written_ = make_written(written);
  if (before_.is_fixed() && name_.is_fixed()) for_one_item_ = head_for_one_item();
}

std::shared_ptr<const written_script> script_plan::make_written(std::string_view written) const {
  written_script all{std::string(written), static_cast<std::uint32_t>(before_.fixed().size())};
  if (is_posix_like(dialect_) && name_.is_fixed() && after_.is_fixed())
    all.inlined = inlined_script(shape_, written, after_.fixed().size());
  return std::make_shared<written_script>(std::move(all));
}

std::string script_plan::script_for(std::size_t items) const {
  const script_variables& all = shape_->variables;
  const std::size_t count = all.count(items);
  std::string script = count > 0 ? set_variables(count, variables_, dialect_) : "";
  const auto append = [&](std::size_t variable, quoting place) {
    append_reference(script, variables_ + std::to_string(variable), place, dialect_);
  };
  for (std::size_t at = 0; at < shape_->script.parts.size(); ++at) {
    const script_part& part = shape_->script.parts[at];
    script += part.literal;
    if (items == 1 || !is_spread(part)) {
      append(all.number_of(at, is_spread(part)), part.place);
      continue;
    }
    const std::size_t first = all.first_number_of(at, items);
    for (std::size_t i = 0; i < items; ++i) {
      if (i > 0) script += ' ';
      append(first + i, part.place);
    }
  }
  return shell_script_argument(script + shape_->script.tail);
}

void script_plan::fill(job_spec& job, std::span<const std::string_view> items) const {
  if (evaluates_items_) check_evaluated(job, items);
  const bool one = items.size() == 1 || shape_->variables.spread().empty();
  job.script = written_;
  if (one && !for_one_item_.empty())
    job.argv = for_one_item_;
  else
    fill_head(job, items, one);
  fill_items(job, items, one);
  after_.append(job, items);
  // A command that must not run should not be pasted, either.
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
  if (written_ && written_->argument != job.argv.size()) {
    written_script moved = *written_;
    moved.argument = static_cast<std::uint32_t>(job.argv.size());
    job.script = std::make_shared<written_script>(std::move(moved));
  }
  job.argv.push_back(script_for(one ? 1 : items.size()));
  if (!shape_->script.parts.empty() || !after_.is_empty()) name_.append(job, items);
}

void script_plan::fill_items(job_spec& job, std::span<const std::string_view> items,
                             bool one) const {
  const script_variables& all = shape_->variables;
  std::string memory;
  for (const auto& what : all.joined()) {
    if (what.what == placeholder::kind::slot)
      job.slot_marks.push_back({static_cast<std::uint32_t>(job.argv.size()), 0});
    job.argv.push_back(value_of(what, job, items));
  }
  for (std::size_t spread = 0; spread < all.spread().size(); ++spread) {
    const placeholder& what = all.spread()[spread];
    if (one && all.is_joined(spread)) continue;
    for (const auto item : items) job.argv.push_back(weir::value_of(what, item, job.seq, memory));
  }
}

std::int32_t script_plan::farthest_item() const noexcept {
  std::int32_t farthest = 0;
  for (const auto& part : shape_->script.parts) farthest = farther(farthest, part.what);
  for (const argv_plan* words : {&before_, &name_, &after_})
    if (items_for(words->farthest_item()) > items_for(farthest)) farthest = words->farthest_item();
  return farthest;
}

std::string script_plan::value_of(const placeholder& what, const job_spec& job,
                                  std::span<const std::string_view> items) const {
  if (what.what == placeholder::kind::seq) return std::to_string(job.seq);
  std::string value;
  if (what.what != placeholder::kind::slot) append_value(value, what, items, job.seq);
  return value;
}

void script_plan::check_evaluated(job_spec& job, std::span<const std::string_view> items) const {
  const auto check = [&](std::string_view value, evaluation as) {
    if (!is_harmless(value, as)) job.refused = refusal(value, as);
  };
  std::string memory;
  for (const auto& part : shape_->script.parts) {
    if (part.what.what == placeholder::kind::seq || part.what.what == placeholder::kind::slot)
      continue;
    // A shell that parses joined items parses each one: the blanks between them are not part of
    // any.
    const bool each = is_spread(part) || (part.evaluated == evaluation::script &&
                                          part.what.what == placeholder::kind::items);
    if (!each)
      check(value_of(part.what, job, items), part.evaluated);
    else
      for (const auto item : items)
        check(weir::value_of(part.what, item, job.seq, memory), part.evaluated);
  }
}

std::string script_plan::refusal(std::string_view value, evaluation as) const {
  std::string text = '"' + escape_and_clip(value, 60) + '"';
  if (appended_)
    text += ", appended as in \"" + escape_and_clip(last_line(written_->text), 60) + "\",";
  if (as == evaluation::script)
    return text +
           " is in a nested script, where a shell would parse it: pass it as "
           "an "
           "argument, as in sh -c 'echo \"$1\"' sh {}";
  text += " is used where the shell ";
  text += as == evaluation::number ? "evaluates a number" : "expects the name of a variable";
  return text + ", but is not one";
}

std::string script_plan::text_for(const job_spec& job,
                                  std::span<const std::string_view> items) const {
  std::string text;
  for (const auto& part : shape_->script.parts) {
    text += part.literal;
    if (!append_text(text, part, job, items) || text.size() > longest_text)
      return {};  // the quoted argv is exact, if less pretty
  }
  return text + shape_->script.tail;
}

bool script_plan::append_text(std::string& text, const script_part& part, const job_spec& job,
                              std::span<const std::string_view> items) const {
  if (part.what.what == placeholder::kind::slot) {
    text += "{%}";
    return true;
  }
  if (!is_spread(part)) return append_quoted(text, value_of(part.what, job, items), part);
  std::string memory;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += ' ';
    append_quoted(text, weir::value_of(part.what, items[i], job.seq, memory), part);
  }
  return true;
}

}  // namespace weir
