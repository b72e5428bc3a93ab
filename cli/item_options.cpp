#include "item_options.hpp"

#include <algorithm>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "text/escape.hpp"
#include "text/number.hpp"

namespace weir::cli {

namespace {

item_trim parse_trim(const std::string& how) {
  if (how == "n") return item_trim::none;
  if (how == "l") return item_trim::left;
  if (how == "r") return item_trim::right;
  if (how == "lr" || how == "rl") return item_trim::both;
  refuse_choice("--trim", how, "l, r, lr or n");
}

/// A source shorter than the others starts over; with files, the shortest ends all.
void link(std::vector<input_group>& groups) {
  std::size_t longest = 0;
  for (const input_group& each : groups) longest = std::max(longest, each.words.size());
  for (input_group& each : groups) {
    const std::size_t own = each.words.size();
    if (each.files || own == 0) continue;
    for (std::size_t i = own; i < longest; ++i) each.words.push_back(each.words[i - own]);
  }
}

}  // namespace

void settle_batch(options& o, const typed_options& typed) {
  const std::string option = o.names.of("--max-args");
  const bool may_be_none = option == "-N" || option == "--max-replace-args";
  const std::string lines = lines_option(o);
  if (typed.pipe || typed.pipepart) return;  // they count records
  if (!typed.max_args.empty() && !typed.max_lines.empty()) o.names.refuse_both("--max-args", lines);
  const std::string& count = typed.max_args.empty() ? typed.max_lines : typed.max_args;
  if (count.empty()) return;
  const std::string& name = typed.max_args.empty() ? lines : option;
  o.items.max_args = parse_count(name, count, may_be_none ? 0 : 1, most_items);
  if (o.items.max_args == 0) o.items.options.append_items = false;
}

std::string lines_option(const options& o) {
  if (!o.names.was_typed("-L")) return o.names.of("--max-lines");
  if (o.names.was_typed("--max-lines")) o.names.refuse_both("-L", "--max-lines");
  return "-L";
}

void settle_placeholders(options& o, const typed_options& typed) {
  placeholder_syntax& syntax = o.items.options.syntax;
  syntax.facts = std::make_shared<job_facts>();
  syntax.names_to_come = !typed.header.empty();
  for (const std::string& each : typed.tags) syntax.tags.push_back(parse_tag(each));
  take_sign(syntax, typed.replaced);
  take_sign(syntax, typed.replaced_long);
  take_parens(syntax, typed.parens);
  if (!typed.trim.empty()) o.items.trim = parse_trim(typed.trim);
}

void settle_sources(options& o) {
  if (o.links) link(o.inputs);
  if (o.items_end.empty()) return;
  for (input_group& each : o.inputs)
    if (!each.files) each.words.erase(std::ranges::find(each.words, o.items_end), each.words.end());
}

}  // namespace weir::cli
