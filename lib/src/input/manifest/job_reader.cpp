#include "input/manifest/job_reader.hpp"

#include <utility>

#include <fmt/format.h>

#include "input/manifest/head_reader.hpp"
#include "input/manifest/setting_table.hpp"
#include "input/script_text.hpp"

namespace weir::doc {

namespace {

constexpr std::size_t most_needs_of_a_job = 100'000;

void read_name(job_draft& job, const node& value, field_checker& check) {
  if (auto text = check.filled_text(value, "name")) job.name = {std::move(*text), value.at};
}

void read_argv(job_draft& job, const node& value, field_checker& check) {
  const auto* array = check.array(value, "argv", "an array of strings, such as [\"gzip\", \"-9\"]");
  if (!array) return;
  job.argv.emplace();
  for (const node& element : *array)
    if (auto text = check.text(element, "argv"))
      job.argv->push_back({std::move(*text), element.at});
  if (array->empty() || (job.argv->size() == array->size() && job.argv->front().text.empty()))
    check.wrong(array->empty() ? value : array->front(), "argv", "the name of a program first");
}

void read_run(job_draft& job, const node& value, field_checker& check) {
  auto text = check.text(value, "run");
  if (!text) return;
  if (text->find_first_not_of(" \t\r\n") == std::string::npos)
    return check.wrong(value, "run", "a script");
  job.run = {std::move(*text), value.at};
}

void read_combinations(job_draft& job, const node& value, field_checker& check) {
  job.combinations = read_matrix(value, check);
}

constexpr key_reader<need_draft> need_readers[] = {
    {"job",
     [](need_draft& need, const node& value, field_checker& check) {
       if (auto text = check.filled_text(value, "needs.job"))
         need.job = {std::move(*text), value.at};
     }},
    {"on",
     [](need_draft& need, const node& value, field_checker& check) {
       if (const auto on = check.word(value, "needs.on", {"success", "failure", "always"}))
         need.on = static_cast<need_on>(*on);
     }},
    {"of",
     [](need_draft& need, const node& value, field_checker& check) {
       if (const auto which = check.word(value, "needs.of", {"any", "all"})) need.any = *which == 0;
     }},
};

std::optional<need_draft> read_need(const node& value, field_checker& check) {
  need_draft need;
  if (const auto* table = value.as<node::table>()) {
    read_keys(*table, "needs", need_readers, need, check);
    if (!find(*table, "job")) check.fault(value.at, "needs: \"job\" is missing");
  } else if (value.as<std::string>()) {
    if (auto text = check.filled_text(value, "needs")) need.job = {std::move(*text), value.at};
  } else {
    check.wrong(value, "needs", R"(the name of a job or a table { job = "...", on = "..." })");
  }
  if (need.job.text.empty()) return std::nullopt;
  return need;
}

void read_needs(job_draft& job, const node& value, field_checker& check) {
  const auto* array = check.array(value, "needs", "an array of names of jobs");
  if (!array) return;
  if (array->size() > most_needs_of_a_job)
    return check.fault(value.at, fmt::format("needs: {} entries, expected at most {}",
                                             array->size(), most_needs_of_a_job));
  job.needs.emplace();
  for (const node& element : *array)
    if (auto need = read_need(element, check)) job.needs->push_back(std::move(*need));
}

/// A job's own keys, then those of its settings.
const std::vector<key_reader<job_draft>>& job_readers() {
  static const std::vector<key_reader<job_draft>> all = [] {
    std::vector<key_reader<job_draft>> readers{{"name", read_name},
                                               {"argv", read_argv},
                                               {"run", read_run},
                                               {"matrix", read_combinations},
                                               {"needs", read_needs}};
    for (const setting& each : job_setting_table()) readers.push_back({each.key, each.read});
    return readers;
  }();
  return all;
}

std::vector<other_table> run_table() {
  return {{"[run]", run_keys()}};
}

}  // namespace

job_draft read_job(const node::table& table, position at, std::string_view where,
                   field_checker& check) {
  job_draft job;
  job.at = at;
  read_keys(table, where, job_readers(), job, check, run_table);
  if (job.argv && job.run)
    check.fault(job.run->at, fmt::format("run: {} has argv too, expected one of the two", where));
  return job;
}

namespace {

bool holds_an_item(std::string_view name) {
  const std::string_view beginning = "weir_";
  return name.starts_with(beginning) && is_item_number(name.substr(beginning.size()));
}

}  // namespace

env_draft read_env(const node& value, field_checker& check) {
  env_draft env;
  const auto* table = check.table(value, "env", "a table of variables, such as { LEVEL = \"2\" }");
  if (!table) return env;
  for (const member* m : free_keys(*table, "env", check)) {
    const std::string key = fmt::format("env.{}", shown_name(m->key));
    if (m->key.empty() || m->key.find_first_of(std::string_view{"=\0", 2}) != std::string::npos) {
      check.fault(m->at, fmt::format("{}: not the name of a variable", key));
    } else if (holds_an_item(m->key)) {
      check.fault(m->at,
                  fmt::format("{}: scripts use it for their items, expected another name", key));
    } else if (const bool* set = m->value.as<bool>()) {
      if (*set) check.wrong(m->value, key, "a string, or false to unset it");
      env.emplace_back(m->key, std::nullopt);
    } else if (auto text = check.text(m->value, key)) {
      env.emplace_back(m->key, std::move(*text));
    }
  }
  return env;
}

std::optional<output_mode> read_output(const node& value, field_checker& check) {
  const auto mode = check.word(value, "output", {"group", "line", "raw"});
  if (!mode) return std::nullopt;
  return static_cast<output_mode>(*mode);
}

std::vector<std::string_view> job_keys() {
  return keys_of(job_readers());
}
std::vector<std::string_view> need_keys() {
  return keys_of(need_readers);
}

}  // namespace weir::doc
