#include "input/manifest/expander.hpp"

#include <memory>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <weir/error.hpp>

#include "input/command_line.hpp"
#include "input/escape.hpp"
#include "input/manifest/did_you_mean.hpp"
#include "input/manifest/template_set.hpp"

namespace weir::doc {

namespace {

// The settings that do not depend on the matrix.
job_settings common_settings(const job_draft& draft, const document_head& head) {
  job_settings settings;
  settings.shield = draft.shield.value_or(false);
  settings.timeout = draft.timeout;
  settings.output = draft.output;
  settings.close_timeout = draft.close_timeout;
  settings.retry = draft.retry.value_or(retry_settings{});
  settings.env = head.run.env;
  merge_env(settings.env, draft.env);
  settings.ok = draft.ok.value_or(std::vector<int>{0});
  settings.skip = draft.skip.value_or(std::vector<int>{});
  settings.allow_failure = draft.allow_failure.value_or(false);
  settings.priority = draft.priority.value_or(0);
  settings.weight = draft.weight.value_or(1);
  for (const pool_use& use : draft.pools.value_or(std::vector<pool_use>{}))
    settings.pools.emplace_back(use.name.text, use.units);
  return settings;
}

// A relative directory is one below the run's.
std::string below(const std::string& run_dir, std::string dir) {
  if (dir.empty()) return run_dir;
  if (run_dir.empty() || dir.front() == '/') return dir;
  return run_dir + (run_dir.ends_with('/') ? "" : "/") + dir;
}

void check_pools(const job_draft& draft, const std::vector<pool_settings>& pools,
                 field_checker& check) {
  for (const pool_use& use : draft.pools.value_or(std::vector<pool_use>{})) {
    const auto known = std::ranges::find(pools, use.name.text, &pool_settings::name);
    if (known == pools.end()) {
      std::vector<std::string_view> names;
      for (const pool_settings& p : pools) names.push_back(p.name);
      check.fault(use.name.at, fmt::format("pool: there is no pool \"{}\"{}", escape(use.name.text),
                                           did_you_mean(use.name.text, names)));
    } else if (use.units > known->capacity) {
      check.fault(use.name.at,
                  fmt::format("pool.{}: {} units can never be free, its capacity is {}",
                              escape(use.name.text), use.units, known->capacity));
    }
  }
}

void check_draft(const job_draft& draft, const document_head& head, field_checker& check) {
  if (!draft.argv && !draft.run)
    check.fault(draft.at, "the job has nothing to run, expected argv or run");
  check_pools(draft, head.pools, check);
}

std::size_t size_of(const open_job& open) {
  std::size_t size = sizeof(open_job) + open.job.spec.argv.bytes().size() +
                     open.job.spec.text.size() + open.job.spec.name.size() + open.job.group.size();
  for (const need_draft& n : open.needs) size += sizeof(need_draft) + n.job.text.size();
  return size;
}

// The parts of a draft that its matrix fills in, compiled once.
class filled_draft {
 public:
  filled_draft(const job_draft& draft, const run_settings& run)
      : draft_(draft), run_(run), templates_(draft, run.shell) {}

  open_job fill(const combination& values) const {
    open_job open;
    open.at = draft_.name ? draft_.name->at : draft_.at;
    open.job.spec = templates_.command(values);
    open.job.spec.name = templates_.name(values);
    open.job.group = draft_.name ? draft_.name->text : "";
    open.needs = templates_.needs(values);
    return open;
  }

  void fill(job_settings& settings, const combination& values) const {
    templates_.fill_env(settings.env, values);
    settings.dir = below(run_.dir, templates_.dir(values));
    settings.input = templates_.input(values);
  }

 private:
  const job_draft& draft_;
  const run_settings& run_;
  template_set templates_;
};

}  // namespace

expander::settings_pointer expander::shared(job_settings settings) {
  if (!last_ || !(*last_ == settings))
    last_ = std::make_shared<const job_settings>(std::move(settings));
  return last_;
}

void expander::expand(const job_draft& draft, std::vector<open_job>& jobs, std::size_t& bytes_left,
                      field_checker& check) {
  const job_draft whole = merged(draft, head_.defaults);
  const std::size_t before = check.fault_count();
  check_draft(whole, head_, check);
  if (check.fault_count() != before) return;
  try {
    const filled_draft filled(whole, head_.run);
    const job_settings common = common_settings(whole, head_);
    const auto all = whole.combinations ? combinations(*whole.combinations)
                                        : std::vector<combination>{combination{}};
    for (const combination& values : all) {
      open_job open = filled.fill(values);
      job_settings settings = common;
      filled.fill(settings, values);
      open.job.spec.settings = shared(std::move(settings));
      const std::size_t size = size_of(open);
      if (size > bytes_left || jobs.size() == most_jobs)
        return check.fault(draft.at,
                           fmt::format("too many jobs, expected at most {} and 1 GiB", most_jobs));
      bytes_left -= size;
      jobs.push_back(std::move(open));
    }
  } catch (const usage_error& error) {
    // The template refuses where a placeholder stands, or a value that would be evaluated.
    check.fault(whole.run ? whole.run->at : draft.at, fmt::format("run: {}", error.what()));
  }
}

}  // namespace weir::doc
