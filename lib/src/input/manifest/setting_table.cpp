#include "input/manifest/setting_table.hpp"

#include <utility>

#include <fmt/format.h>

#include "input/manifest/carried_reader.hpp"
#include "input/manifest/job_reader.hpp"
#include "input/manifest/process_apply.hpp"
#include "input/manifest/process_reader.hpp"
#include "input/manifest/process_words.hpp"
#include "input/manifest/retry_reader.hpp"
#include "input/manifest/stdin_reader.hpp"
#include "input/place.hpp"
#include "text/escape.hpp"
#include "values/gpu_pool.hpp"

namespace weir::doc {

namespace {

/// Of `memory`.
constexpr std::string_view learn_word = "learn";

constexpr std::int64_t most_units_of_a_job = 1'000'000;
constexpr std::int64_t highest_priority = 1'000'000;
constexpr std::size_t most_pools_of_a_job = 100;
constexpr std::int64_t most_cpus_of_a_job = 1'000'000;

using word_list = std::vector<std::string>;

/// How a setting with one value is inherited.
template <auto Draft>
void inherit(settings_draft& own, const settings_draft& common) {
  if (!(own.*Draft)) own.*Draft = common.*Draft;
}
template <auto Draft, auto Setting>
void apply(const settings_draft& from, const run_settings&, job_settings& to) {
  if (from.*Draft) to.*Setting = *(from.*Draft);
}
template <auto Draft>
void apply_codes(const settings_draft& from, std::vector<int>& to) {
  if (from.*Draft) to = (from.*Draft)->codes;
}

exit_codes read_exit_codes(const node& value, std::string_view key, field_checker& check) {
  exit_codes read{{}, value.at};
  const auto* array = check.array(value, key, "an array of exit codes, such as [0, 3]");
  if (!array) return read;
  for (const node& element : *array)
    if (const auto code = check.whole(element, key, 0, 255))
      read.codes.push_back(static_cast<int>(*code));
  return read;
}

void read_ok(job_draft& job, const node& value, field_checker& check) {
  const std::size_t before = check.fault_count();
  job.settings.ok = read_exit_codes(value, "ok", check);
  if (job.settings.ok->codes.empty() && check.fault_count() == before)
    check.fault(value.at, "ok: no exit code would be success, expected exit codes such as [0, 3]");
}

exit_codes retried_codes(const retry_settings& retry, const node& value) {
  const auto* table = value.as<node::table>();
  const node* on = table ? find(*table, "on") : nullptr;
  return {retry.exit_codes, on ? on->at : value.at};
}

void read_retries(job_draft& job, const node& value, field_checker& check) {
  job.settings.retry = read_retry(value, check);
  if (job.settings.retry) job.settings.retry_on = retried_codes(*job.settings.retry, value);
}

void inherit_retries(settings_draft& own, const settings_draft& common) {
  if (!own.retry) own.retry_on = common.retry_on;
  inherit<&settings_draft::retry>(own, common);
}

void read_pool(job_draft& job, const node& value, field_checker& check) {
  const auto* table = check.table(value, "pool", "a table of units, such as { db = 1 }");
  if (!table) return;
  if (table->size() > most_pools_of_a_job)
    return check.fault(value.at, fmt::format("pool: the job uses {} pools, expected at most {}",
                                             table->size(), most_pools_of_a_job));
  job.settings.pools.emplace();
  for (const member* m : free_keys(*table, "pool", check)) {
    const std::string key = fmt::format("pool.{}", shown_name(m->key));
    if (const auto units = check.whole(m->value, key, 1, most_units_of_a_job))
      job.settings.pools->push_back({{m->key, m->at}, static_cast<unsigned>(*units)});
  }
}

void apply_pools(const settings_draft& from, const run_settings&, job_settings& to) {
  if (!from.pools) return;
  for (const pool_use& use : *from.pools) to.pools.emplace_back(use.name.text, use.units);
}

void inherit_env(settings_draft& own, const settings_draft& common) {
  env_changes env = common.env;
  merge_env(env, own.env);
  own.env = std::move(env);
}

void apply_env(const settings_draft& from, const run_settings& run, job_settings& to) {
  to.env = run.env;
  merge_env(to.env, from.env);
}

void apply_dir(const settings_draft& from, const run_settings& run, job_settings& to) {
  to.dir = below(run.dir, from.dir.value_or(""));
}

void apply_input(const settings_draft& from, const run_settings&, job_settings& to) {
  if (!from.input) return;
  if (from.input->file) to.input = file_input{*from.input->file};
  if (from.input->text) to.input = text_input{*from.input->text};
  // The blocks of a file belong to several jobs: see expander.
}

void read_label(job_draft& job, const node& value, field_checker& check) {
  auto label = check.filled_text(value, "on");
  if (!label) return;
  if (!is_label(*label)) return check.wrong(value, "on", "a label of a place, such as \"gpu\"");
  job.settings.on = {std::move(*label), value.at};
}

void apply_label(const settings_draft& from, const run_settings&, job_settings& to) {
  if (from.on) to.on = from.on->text;
}

void tell_label(const job_settings& settings, word_list& to) {
  if (!settings.on.empty()) to.push_back("on " + settings.on);
}

template <auto Draft, auto Read>
void read_by(job_draft& job, const node& value, field_checker& check) {
  job.settings.*Draft = Read(value, check);
}

using draft = settings_draft;

constexpr setting table[] = {
    {"shield",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.shield = check.flag(value, "shield");
     },
     inherit<&draft::shield>, apply<&draft::shield, &job_settings::shield>,
     [](const job_settings& s, word_list& to) {
       if (s.shield) to.emplace_back("shielded");
     }},
    {"timeout",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.timeout = check.span(value, "timeout");
     },
     inherit<&draft::timeout>, apply<&draft::timeout, &job_settings::timeout>,
     [](const job_settings& s, word_list& to) {
       if (s.timeout) to.push_back("timeout " + format_duration(*s.timeout));
     }},
    {"close-timeout",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.close_timeout = check.span(value, "close-timeout");
     },
     inherit<&draft::close_timeout>, apply<&draft::close_timeout, &job_settings::close_timeout>,
     [](const job_settings& s, word_list& to) {
       if (s.close_timeout) to.push_back("close-timeout " + format_duration(*s.close_timeout));
     }},
    {"leftovers",
     [](job_draft& job, const node& value, field_checker& check) {
       if (const auto rule = check.word(value, "leftovers", {"leave", "end", "fail"}))
         job.settings.leftovers = static_cast<leftover_rule>(*rule);
     },
     inherit<&draft::leftovers>, apply<&draft::leftovers, &job_settings::leftovers>,
     [](const job_settings& s, word_list& to) {
       if (s.leftovers) to.push_back(fmt::format("leftovers {}", to_string(*s.leftovers)));
     }},
    {"retry", read_retries, inherit_retries, apply<&draft::retry, &job_settings::retry>,
     [](const job_settings& s, word_list& to) {
       if (s.retry.times > 0) to.push_back(fmt::format("retry {}", s.retry.times));
     }},
    {"weight",
     [](job_draft& job, const node& value, field_checker& check) {
       if (const auto n = check.whole(value, "weight", 1, most_units_of_a_job))
         job.settings.weight = static_cast<unsigned>(*n);
     },
     inherit<&draft::weight>, apply<&draft::weight, &job_settings::weight>,
     [](const job_settings& s, word_list& to) {
       if (s.weight != 1) to.push_back(fmt::format("weight {}", s.weight));
     }},
    {"priority",
     [](job_draft& job, const node& value, field_checker& check) {
       if (const auto n = check.whole(value, "priority", -highest_priority, highest_priority))
         job.settings.priority = static_cast<int>(*n);
     },
     inherit<&draft::priority>, apply<&draft::priority, &job_settings::priority>,
     [](const job_settings& s, word_list& to) {
       if (s.priority != 0) to.push_back(fmt::format("priority {}", s.priority));
     }},
    {"pool", read_pool, inherit<&draft::pools>, apply_pools,
     [](const job_settings& s, word_list& to) {
       for (const auto& [name, units] : s.pools)
         to.push_back(fmt::format("pool {} {}", escape(name), units));
     }},
    {"memory",
     [](job_draft& job, const node& value, field_checker& check) {
       const auto* const word = value.as<std::string>();
       if (word != nullptr && *word == learn_word)
         job.settings.memory = memory_draft{};
       else if (const auto bytes = check.size(value, "memory"))
         job.settings.memory = memory_draft{*bytes};
     },
     inherit<&draft::memory>,
     [](const settings_draft& from, const run_settings&, job_settings& to) {
       if (!from.memory) return;
       to.claims.memory = from.memory->bytes;
       to.claims.learns = from.memory->bytes == 0;
     },
     [](const job_settings& s, word_list& to) {
       if (s.claims.learns && s.claims.memory == 0) to.emplace_back("memory learn");
       if (s.claims.memory > 0) to.push_back("memory " + short_size(s.claims.memory));
     }},
    {"cpus",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.cpus = check.positive(value, "cpus", most_cpus_of_a_job);
     },
     inherit<&draft::cpus>,
     [](const settings_draft& from, const run_settings&, job_settings& to) {
       to.claims.cpus = from.cpus.value_or(0);
     },
     [](const job_settings& s, word_list& to) {
       if (s.claims.cpus > 0) to.push_back(fmt::format("cpus {:g}", s.claims.cpus));
     }},
    {"gpus",
     [](job_draft& job, const node& value, field_checker& check) {
       if (const auto count = check.whole(value, "gpus", 0, most_gpus))
         job.settings.gpus = {static_cast<unsigned>(*count), value.at};
     },
     inherit<&draft::gpus>,
     [](const settings_draft& from, const run_settings&, job_settings& to) {
       if (from.gpus) to.claims.gpus = from.gpus->count;
     },
     [](const job_settings& s, word_list& to) {
       if (s.claims.gpus > 0) to.push_back(fmt::format("gpus {}", s.claims.gpus));
     }},
    {"nice", read_by<&draft::nice, read_nice>, inherit<&draft::nice>,
     apply_to_process<&draft::nice, &process_settings::nice>, tell_nice},
    {"ionice", read_by<&draft::ionice, read_ionice>, inherit<&draft::ionice>,
     apply_to_process<&draft::ionice, &process_settings::io>, tell_ionice},
    {"limits", read_by<&draft::limits, read_limits>, inherit<&draft::limits>,
     apply_to_process<&draft::limits, &process_settings::limits>, tell_limits},
    {"cgroup", read_by<&draft::cgroup, read_group_limits>, inherit<&draft::cgroup>,
     apply_to_process<&draft::cgroup, &process_settings::group>, tell_group_limits},
    {"umask", read_by<&draft::umask, read_umask>, inherit<&draft::umask>,
     apply_to_process<&draft::umask, &process_settings::umask>, tell_umask},
    {"tty",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.tty = check.flag(value, "tty");
     },
     inherit<&draft::tty>, apply_to_process<&draft::tty, &process_settings::terminal>,
     [](const job_settings& s, word_list& to) {
       if (s.process && s.process->terminal) to.emplace_back("with a terminal");
     }},
    {"clear-env",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.clear_env = check.flag(value, "clear-env");
     },
     inherit<&draft::clear_env>, apply_clear_env, tell_passed},
    {"pass-env", read_by<&draft::pass_env, read_pass_env>, inherit<&draft::pass_env>,
     apply_nothing},
    {"allow-failure",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.allow_failure = check.flag(value, "allow-failure");
     },
     inherit<&draft::allow_failure>, apply<&draft::allow_failure, &job_settings::allow_failure>,
     [](const job_settings& s, word_list& to) {
       if (s.allow_failure) to.emplace_back("may fail");
     }},
    {"env",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.env = read_env(value, check);
     },
     inherit_env, apply_env},
    {"dir",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.dir = check.filled_text(value, "dir");
     },
     inherit<&draft::dir>, apply_dir},
    {"stdin", read_stdin, inherit<&draft::input>, apply_input},
    {"on", read_label, inherit<&draft::on>, apply_label, tell_label},
    {"send", read_send, inherit<&draft::send>, apply_send, tell_send},
    {"return", read_return, inherit<&draft::returned>, apply_return, tell_return},
    {"cleanup", read_cleanup, inherit<&draft::cleanup>, apply_cleanup,
     [](const job_settings& s, word_list& to) {
       if (s.files.cleanup) to.emplace_back("cleans up");
     }},
    {"ok", read_ok, inherit<&draft::ok>,
     [](const settings_draft& from, const run_settings&, job_settings& to) {
       apply_codes<&draft::ok>(from, to.ok);
     }},
    {"skip",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.skip = read_exit_codes(value, "skip", check);
     },
     inherit<&draft::skip>,
     [](const settings_draft& from, const run_settings&, job_settings& to) {
       apply_codes<&draft::skip>(from, to.skip);
     }},
    {"output",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.output = read_output(value, check);
     },
     inherit<&draft::output>, apply<&draft::output, &job_settings::output>},
    {"interactive",
     [](job_draft& job, const node& value, field_checker& check) {
       job.settings.interactive = check.flag(value, "interactive");
     },
     inherit<&draft::interactive>, apply_interactive,
     [](const job_settings& s, word_list& to) {
       if (s.process && s.process->foreground) to.emplace_back("in the foreground");
     }},
};

}  // namespace

std::span<const setting> job_setting_table() noexcept {
  return table;
}

settings_draft merged(settings_draft own, const settings_draft& defaults) {
  for (const setting& each : table) each.inherit(own, defaults);
  return own;
}

job_settings settings_as_written(const settings_draft& draft, const run_settings& run) {
  job_settings settings;
  for (const setting& each : table) each.apply(draft, run, settings);
  return settings;
}

std::vector<std::string> words_of(const job_settings& settings) {
  std::vector<std::string> all;
  for (const setting& each : table)
    if (each.tell != nullptr) each.tell(settings, all);
  return all;
}

std::vector<std::string> words_beside_command(const job_settings& settings) {
  job_settings some;
  some.process = settings.process;
  some.on = settings.on;
  some.files = settings.files;
  return words_of(some);
}

std::string below(const std::string& run_dir, std::string dir) {
  if (dir.empty()) return run_dir;
  if (run_dir.empty() || dir.front() == '/') return dir;
  return run_dir + (run_dir.ends_with('/') ? "" : "/") + dir;
}

}  // namespace weir::doc
