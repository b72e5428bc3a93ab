#include "input/manifest/template_set.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <weir/error.hpp>

namespace weir::doc {

namespace {

template_options options_for(const job_draft& draft, const std::string& shell) {
  template_options options;
  options.shell = shell;
  options.names = keys_of(*draft.combinations);
  options.append_items = false;
  options.names_only = true;
  options.form = draft.run ? template_form::script : template_form::argv;
  return options;
}

std::vector<std::string> words_of(const job_draft& draft) {
  std::vector<std::string> words;
  if (draft.run) return {draft.run->text};
  for (const placed_text& word : *draft.argv) words.push_back(word.text);
  return words;
}

bool mentions(std::string_view text, const std::vector<std::string>& keys) {
  return std::ranges::any_of(keys, [&](const std::string& key) {
    return text.find(fmt::format("{{{}}}", key)) != std::string_view::npos;
  });
}

}  // namespace

template_set::text::text(std::string_view plain, const template_options& options) : plain_(plain) {
  if (mentions(plain, options.names)) filled_.emplace(plain, options);
}

std::string template_set::text::fill(const combination& values) const {
  return filled_ ? filled_->expand(0, values) : plain_;
}

template_set::template_set(const job_draft& draft, const std::string& shell)
    : template_set(draft, options_for(draft, shell)) {}

template_set::template_set(const job_draft& draft, const template_options& options)
    : draft_(draft), command_(words_of(draft), options) {
  if (draft.name) {
    name_ = {draft.name->text, options};
    add_partial_names(draft.name->text, options);
  }
  const settings_draft& settings = draft.settings;
  if (settings.dir) dir_ = {*settings.dir, options};
  if (const auto& input = settings.input)
    input_ = {input->file ? *input->file : input->split ? *input->split : *input->text, options};
  const auto compile = [&](const auto& paths, std::vector<text>& to) {
    if (paths)
      for (const std::string& path : *paths) to.emplace_back(path, options);
  };
  compile(settings.send, sent_);
  compile(settings.returned, returned_);
  if (draft.needs)
    for (const need_draft& n : *draft.needs) needs_.emplace_back(n.job.text, options);
  for (const auto& [name, value] : settings.env)
    if (value && mentions(*value, options.names)) env_.push_back({0, name, text{*value, options}});
}

job_spec template_set::command(const combination& values) const {
  job_spec spec = command_.expand(0, values);
  if (!spec.refused.empty()) throw usage_error(spec.refused);  // now, while the place is known
  return spec;
}

std::string template_set::name(const combination& values) const {
  if (!draft_.name) return {};
  std::string name = name_.fill(values);
  if (!name_.fixed()) return name;
  std::vector<std::string_view> given;
  for (const std::string_view value : values)
    if (!value.empty()) given.push_back(value);
  return fmt::format("{} ({})", name, fmt::join(given, ", "));
}

void template_set::add_partial_names(std::string_view name, const template_options& options) {
  constexpr std::size_t most = 4;
  std::vector<std::size_t> keys;
  for (std::size_t i = 0; i < options.names.size(); ++i)
    if (mentions(name, {options.names[i]})) keys.push_back(i);
  if (keys.size() > most) return;
  // Each subset of the keys as bits, except the empty and the full one.
  for (std::size_t subset = 1; subset + 1 < std::size_t{1} << keys.size(); ++subset) {
    partial_name partial;
    template_options some = options;
    some.names.clear();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if ((subset >> i & 1) == 0) continue;
      partial.keys.push_back(keys[i]);
      some.names.push_back(options.names[keys[i]]);
    }
    partial.filled = {name, some};
    partial_names_.push_back(std::move(partial));
  }
}

std::vector<std::string> template_set::partial_names(const combination& values) const {
  std::vector<std::string> names;
  for (const partial_name& partial : partial_names_) {
    combination some;
    for (const std::size_t key : partial.keys) some.push_back(values[key]);
    names.push_back(partial.filled.fill(some));
  }
  return names;
}

std::vector<need_draft> template_set::needs(const combination& values) const {
  if (!draft_.needs) return {};
  std::vector<need_draft> needs = *draft_.needs;
  for (std::size_t i = 0; i < needs.size(); ++i) needs[i].job.text = needs_[i].fill(values);
  return needs;
}

bool template_set::changes_settings() const noexcept {
  return !env_.empty() || !dir_.fixed() || !input_.fixed() ||
         !std::ranges::all_of(sent_, &text::fixed) || !std::ranges::all_of(returned_, &text::fixed);
}

std::string template_set::dir(const combination& values) const {
  return dir_.fill(values);
}

carried_files template_set::files(const combination& values) const {
  carried_files files;
  for (const text& each : sent_) files.sent.push_back(each.fill(values));
  for (const text& each : returned_) files.returned.push_back(each.fill(values));
  files.cleanup = draft_.settings.cleanup.value_or(false);
  return files;
}

job_input template_set::input(const combination& values) const {
  const auto& input = draft_.settings.input;
  if (!input) return no_input{};
  if (input->file) return file_input{input_.fill(values)};
  return text_input{input_.fill(values)};
}

void template_set::fill_env(env_changes& env, const combination& values) {
  if (!std::exchange(placed_, true)) find_variables(env);
  for (const variable& each : env_) env[each.place].second = each.value.fill(values);
}

void template_set::find_variables(const env_changes& env) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < env.size(); ++i) places.emplace(env[i].first, i);
  for (variable& each : env_) each.place = places.at(each.name);
}

}  // namespace weir::doc
