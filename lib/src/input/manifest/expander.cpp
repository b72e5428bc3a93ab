#include "input/manifest/expander.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <weir/error.hpp>

#include "input/command_line.hpp"
#include "input/exit_codes.hpp"
#include "input/manifest/did_you_mean.hpp"
#include "input/manifest/mistyped_keys.hpp"
#include "input/manifest/setting_table.hpp"
#include "input/manifest/template_set.hpp"
#include "input/place.hpp"

namespace weir::doc {

namespace {

std::size_t size_of(const job_settings& settings) {
  std::size_t size = sizeof(job_settings) + settings.dir.size();
  for (const auto& [name, value] : settings.env)
    size += sizeof settings.env.front() + name.size() + value.value_or("").size();
  if (const auto* text = std::get_if<text_input>(&settings.input)) size += text->text.size();
  if (const auto* block = std::get_if<block_input>(&settings.input))
    size += block->bytes.size() + block->file.size();
  for (const auto* const paths : {&settings.files.sent, &settings.files.returned})
    for (const std::string& path : *paths) size += sizeof path + path.size();
  return size + settings.pools.size() * sizeof settings.pools.front();
}

std::size_t size_of(const open_job& open) {
  std::size_t size = sizeof(open_job) + open.job.spec.argv.bytes().size() +
                     open.job.spec.text.size() + open.job.spec.name.size() + open.job.group.size();
  for (const std::string& name : open.partial_names) size += sizeof name + name.size();
  for (const need_draft& n : open.needs) size += sizeof(need_draft) + n.job.text.size();
  return size;
}

constexpr std::string_view block_key = "block";

position place_of_field(const job_draft& draft) {
  return draft.name ? draft.name->at : draft.at;
}

job_spec command_of(const job_draft& draft, const shell_program& shell) {
  if (draft.run) return parse_command_line(0, draft.run->text, shell);
  job_spec job;
  for (const placed_text& word : *draft.argv) job.argv.push_back(word.text);
  return job;
}

// A job without a matrix.
open_job as_written(job_draft&& draft, const shell_program& shell) {
  open_job open;
  open.at = place_of_field(draft);
  open.job.spec = command_of(draft, shell);
  if (draft.name) {
    open.job.spec.name = draft.name->text;
    open.job.group = std::move(draft.name->text);
  }
  if (draft.needs) open.needs = std::move(*draft.needs);
  return open;
}

// One of the jobs of a matrix.
open_job filled(const job_draft& draft, const template_set& templates, const combination& values) {
  open_job open;
  open.at = place_of_field(draft);
  open.job.spec = templates.command(values);
  open.job.spec.name = templates.name(values);
  open.partial_names = templates.partial_names(values);
  open.job.group = draft.name ? draft.name->text : "";
  open.needs = templates.needs(values);
  return open;
}

// A code that means success is neither skipped nor retried; one that is skipped is not retried.
void check_exit_codes(const settings_draft& own, const settings_draft& defaults,
                      field_checker& check) {
  const auto& skip = own.skip ? own.skip : defaults.skip;
  const auto& retried = own.retry ? own.retry_on : defaults.retry_on;
  if (!skip && !retried) return;
  const auto& written = own.ok ? own.ok : defaults.ok;
  const std::vector<int> ok = written ? written->codes : std::vector<int>{0};
  const std::string_view by = written ? "ok" : "ok, which is [0] by default";
  if (const auto code = skip ? shared_code(skip->codes, ok) : std::nullopt)
    check.fault(skip->at, fmt::format("skip: {} counts as success by {}", *code, by));
  if (const auto code = retried ? shared_code(retried->codes, ok) : std::nullopt)
    check.fault(retried->at, fmt::format("retry.on: {} counts as success by {}", *code, by));
  if (const auto code = retried && skip ? shared_code(retried->codes, skip->codes) : std::nullopt)
    check.fault(retried->at, fmt::format("retry.on: {} counts as skipped by skip", *code));
}

// The block's number is a job's last key, in names and wherever else keys are filled in.
bool add_block_key(job_draft& draft, field_checker& check) {
  if (!draft.combinations) draft.combinations.emplace();
  const auto keys = keys_of(*draft.combinations);
  if (std::ranges::count(keys, block_key) > 0) {
    check.fault(
        place_of_field(draft),
        "matrix: \"block\" is the number of a block with stdin.split, expected another key");
    return false;
  }
  draft.combinations->include.push_back({{std::string(block_key), ""}});
  return true;
}

void tell_too_many(position at, field_checker& check) {
  check.fault(at, fmt::format("too many jobs, expected at most {} and 1 GiB", most_jobs));
}

}  // namespace

void expander::expand(job_draft& draft, std::vector<open_job>& jobs, job_room& left,
                      field_checker& check) {
  inherit(draft, head_.defaults);
  const std::size_t before = check.fault_count();
  check_draft(draft, check);
  if (check.fault_count() != before) return;
  if (draft.combinations || splits(draft)) return expand_matrix(draft, jobs, left, check);
  const position at = draft.at;
  const settings_pointer settings = settings_of(draft.settings);
  open_job open = as_written(std::move(draft), shell());
  open.job.spec.settings = settings;
  if (add(std::move(open), at, jobs, left, check)) return;
  if (draft.name) draft.name->text = std::move(open.job.group);
  if (draft.needs) draft.needs = std::move(open.needs);
}

bool expander::expand_names(job_draft&& draft, std::vector<open_job>& jobs, const job_room& left) {
  inherit(draft, head_.defaults);
  if (splits(draft)) return false;
  draft.run.reset();
  draft.argv.emplace({placed_text{"true", draft.at}});
  draft.settings = {};
  if (!draft.combinations) {
    jobs.push_back(as_written(std::move(draft), {}));
    jobs.back().job.spec.settings = nullptr;
    return true;
  }
  try {
    const template_set templates(draft, std::string());
    const std::vector<combination> all = combinations(*draft.combinations);
    if (all.empty() || all.size() > left.jobs) return false;
    for (const combination& values : all) {
      jobs.push_back(filled(draft, templates, values));
      jobs.back().job.spec.settings = nullptr;
    }
    return true;
  } catch (const usage_error&) {
    return false;
  }
}

void expander::expand_matrix(job_draft& draft, std::vector<open_job>& jobs, job_room& left,
                             field_checker& check) {
  draft.settings = merged(std::move(draft.settings), head_.defaults.settings);
  try {
    const bool split = splits(draft);
    const std::vector<combination> all =
        draft.combinations ? combinations(*draft.combinations) : std::vector<combination>(1);
    if (split && !add_block_key(draft, check)) return;
    const std::size_t before = check.fault_count();
    check_mistyped_keys(draft, keys_of(*draft.combinations), check);
    if (check.fault_count() != before) return;
    template_set templates(draft, head_.run.shell);
    const job_settings common = settings_as_written(draft.settings, head_.run);
    if (all.empty())
      check.fault(place_of_field(draft),
                  "matrix: exclude leaves no combination, expected at least one");
    // Refused before the memory is used.
    if (templates.changes_settings() &&
        size_of(common) > left.bytes / std::max<std::size_t>(all.size(), 1))
      return tell_too_many(draft.at, check);
    const auto add_one = [&](const combination& values, job_input input) {
      open_job open = filled(draft, templates, values);
      job_settings settings = common;
      templates.fill_env(settings.env, values);
      settings.dir = below(head_.run.dir, templates.dir(values));
      settings.input = std::move(input);
      settings.files = templates.files(values);
      open.job.spec.settings = shared(std::move(settings));
      return add(std::move(open), draft.at, jobs, left, check);
    };
    for (combination values : all) {
      if (!split) {
        if (!add_one(values, templates.input(values))) return;
        continue;
      }
      values.emplace_back();
      const std::string file =
          below(below(head_.run.dir, templates.dir(values)), templates.split_file(values));
      std::size_t count = 0;
      for (block_input& block : blocks_of(*draft.settings.input, file, left.jobs, check)) {
        const std::string number = std::to_string(++count);
        values.back() = number;
        if (!add_one(values, std::move(block))) return;
      }
    }
  } catch (const usage_error& error) {
    // The template refuses a misplaced placeholder, or a value that would be evaluated.
    check.fault(draft.run ? draft.run->at : draft.at, fmt::format("run: {}", error.what()));
  }
}

bool expander::splits(const job_draft& draft) const {
  const auto& input = draft.settings.input ? draft.settings.input : head_.defaults.settings.input;
  return input && input->split;
}

std::vector<block_input> expander::blocks_of(const stdin_draft& input, const std::string& file,
                                             std::size_t most, field_checker& check) const {
  block_rules rules;
  rules.block = input.block.value_or(rules.block);
  rules.header_lines = input.header_lines.value_or(0);
  rules.header = input.header.value_or("");
  try {
    if (blocks_) return blocks_(file, rules, most);
    check.fault(input.at, "stdin.split: files cannot be read here");
  } catch (const usage_error& error) {
    check.fault(input.at, fmt::format("stdin.split: {}", error.what()));
  } catch (const io_error& error) {
    check.fault(input.at, fmt::format("stdin.split: {}", error.what()));
  }
  return {};
}

void expander::check_pools(const std::vector<pool_use>& uses, field_checker& check) {
  if (capacities_.empty())
    for (const pool_settings& p : head_.pools) capacities_.emplace(p.name, p.capacity);
  for (const pool_use& use : uses) {
    const auto known = capacities_.find(use.name.text);
    if (known == capacities_.end()) {
      std::vector<std::string_view> names;
      for (const pool_settings& p : head_.pools) names.push_back(p.name);
      check.fault(use.name.at,
                  fmt::format("pool: there is no pool \"{}\"{}", shown_name(use.name.text),
                              did_you_mean(use.name.text, names)));
    } else if (use.units > known->second) {
      check.fault(use.name.at,
                  fmt::format("pool.{}: {} units can never be free, its capacity is {}",
                              shown_name(use.name.text), use.units, known->second));
    }
  }
}

void expander::check_label(const placed_text& label, field_checker& check) {
  if (!labels_) {
    labels_.emplace();
    for (const std::string& word : head_.run.on)
      for (const place& each : parse_places("on", word))
        labels_->insert(labels_->end(), each.labels.begin(), each.labels.end());
    std::ranges::sort(*labels_);
    labels_->erase(std::unique(labels_->begin(), labels_->end()), labels_->end());
  }
  if (std::ranges::binary_search(*labels_, label.text)) return;
  std::string expected;
  if (head_.run.on.empty())
    expected = ": jobs run here, without --on";
  else if (labels_->empty())
    expected = fmt::format(", expected such as --on slurm:{}", label.text);
  else
    expected = fmt::format(", expected {}", fmt::join(*labels_, " or "));
  check.fault(label.at, fmt::format("on: no place has the label \"{}\"{}", label.text, expected));
}

/// What the command line claims is checked there.
void expander::check_gpus(const gpus_draft& gpus, field_checker& check) {
  if (gpus.count == 0 || gpus.at.line == 0 || !head_.most_gpus) return;
  if (!most_gpus_) most_gpus_ = head_.most_gpus(head_.run.on);
  const auto most = *most_gpus_;
  if (most && gpus.count > *most)
    check.fault(gpus.at, fmt::format("gpus: {} can never be free, there {} {}", gpus.count,
                                     *most == 1 ? "is" : "are", *most));
}

// \param draft has inherited from the defaults
void expander::check_draft(const job_draft& draft, field_checker& check) {
  if (!draft.argv && !draft.run)
    check.fault(draft.at, "the job has nothing to run, expected argv or run");
  const auto& own = draft.settings.pools;
  const auto& uses = own ? own : head_.defaults.settings.pools;
  if (uses && head_.pools_are_good) check_pools(*uses, check);
  const auto& on = draft.settings.on ? draft.settings.on : head_.defaults.settings.on;
  if (on && head_.places_are_good) check_label(*on, check);
  const auto& gpus = draft.settings.gpus ? draft.settings.gpus : head_.defaults.settings.gpus;
  if (gpus && head_.places_are_good) check_gpus(*gpus, check);
  check_exit_codes(draft.settings, head_.defaults.settings, check);
}

const shell_program& expander::shell() {
  if (shell_text_ != head_.run.shell) shell_ = parse_shell(shell_text_ = head_.run.shell);
  return shell_;
}

bool expander::add(open_job&& open, position at, std::vector<open_job>& jobs, job_room& left,
                   field_checker& check) {
  std::size_t size = size_of(open);
  if (std::exchange(counted_, open.job.spec.settings) != open.job.spec.settings)
    size += size_of(*open.job.spec.settings);
  if (size > left.bytes || left.jobs == 0) {
    tell_too_many(at, check);
    return false;
  }
  left.bytes -= size;
  --left.jobs;
  jobs.push_back(std::move(open));
  return true;
}

// For a job without a matrix: most have the same settings as the one before.
expander::settings_pointer expander::settings_of(const settings_draft& own) {
  if (!as_written_ || own != written_) {
    written_ = own;
    as_written_ = shared(settings_as_written(merged(own, head_.defaults.settings), head_.run));
  }
  return as_written_;
}

expander::settings_pointer expander::shared(job_settings settings) {
  if (!last_ || *last_ != settings)
    last_ = std::make_shared<const job_settings>(std::move(settings));
  return last_;
}

}  // namespace weir::doc
