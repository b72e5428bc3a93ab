#include "input/manifest/head_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/halt.hpp"
#include "input/limit.hpp"
#include "input/manifest/job_reader.hpp"
#include "input/manifest/setting_table.hpp"
#include "input/place.hpp"
#include "input/shell_program.hpp"
#include "text/near_name.hpp"

namespace weir::doc {

namespace {

constexpr std::int64_t most_pending = 1'000'000'000;
constexpr std::int64_t most_units = 1'000'000;
// Each start of a job costs a look at every pool that jobs wait for.
constexpr std::size_t most_pools = 4096;

// Whether `parse` accepts the text; its refusal becomes a fault.
template <class Parse>
bool accepted(const node& value, field_checker& check, Parse parse) {
  try {
    parse();
    return true;
  } catch (const usage_error& error) {
    check.fault(value.at, error.what());
    return false;
  }
}

void read_limit(run_settings& run, const node& value, field_checker& check) {
  const auto* text = value.as<std::string>();
  const auto* number = value.as<std::int64_t>();
  if (!text && !number)
    return check.wrong(value, "limit", R"(a number, or a string such as "50%" or "+2")");
  std::string limit = text ? *text : fmt::to_string(*number);
  if (number && *number < 0)
    return check.wrong(value, "limit", "a number of jobs, or 0 for no limit");
  if (accepted(value, check, [&] { parse_limit("limit", limit, 1); })) run.limit = std::move(limit);
}

void read_halt(run_settings& run, const node& value, field_checker& check) {
  auto halt = check.text(value, "halt");
  if (halt && accepted(value, check, [&] { parse_halt("halt", *halt); }))
    run.halt = std::move(*halt);
}

/// One word, or several.
void read_on(run_settings& run, const node& value, field_checker& check) {
  const auto add = [&](const node& word) {
    auto text = check.filled_text(word, "on");
    if (text && accepted(word, check, [&] { parse_places("on", *text); }))
      run.on.push_back(std::move(*text));
  };
  if (value.as<std::string>()) return add(value);
  constexpr std::string_view expected =
      R"(where jobs run, as --on takes it: "slurm", or ["ssh:a", "ssh:b"])";
  const auto* const words = check.array(value, "on", expected);
  if (!words) return;
  if (words->empty()) return check.wrong(value, "on", expected);
  for (const node& word : *words) add(word);
}

constexpr key_reader<run_settings> run_readers[] = {
    {"limit", read_limit},
    {"pending-limit",
     [](run_settings& run, const node& value, field_checker& check) {
       if (const auto n = check.whole(value, "pending-limit", 0, most_pending))
         run.pending_limit = static_cast<std::size_t>(*n);
     }},
    {"halt", read_halt},
    {"output", [](run_settings& run, const node& value,
                  field_checker& check) { run.output = read_output(value, check); }},
    {"keep-order", [](run_settings& run, const node& value,
                      field_checker& check) { run.keep_order = check.flag(value, "keep-order"); }},
    {"on", read_on},
    {"env", [](run_settings& run, const node& value,
               field_checker& check) { run.env = read_env(value, check); }},
    {"dir",
     [](run_settings& run, const node& value, field_checker& check) {
       if (auto dir = check.filled_text(value, "dir")) run.dir = std::move(*dir);
     }},
    {"shell",
     [](run_settings& run, const node& value, field_checker& check) {
       auto shell = check.filled_text(value, "shell");
       if (!shell) return;
       if (accepted(value, check, [&] { parse_shell(*shell); })) run.shell = std::move(*shell);
     }},
};

constexpr key_reader<pool_settings> pool_readers[] = {
    {"capacity",
     [](pool_settings& p, const node& value, field_checker& check) {
       if (const auto n = check.whole(value, "capacity", 1, most_units))
         p.capacity = static_cast<unsigned>(*n);
     }},
};

std::vector<other_table> tables_below() {
  return {{"[run]", run_keys()}, {"[[job]]", job_keys()}};
}

std::vector<other_table> job_tables() {
  return {{"[[job]] or [defaults]", job_keys()}};
}

/// Whether an unknown key may have meant that one.
bool may_mean(const node::table& table, const std::vector<std::string_view>& known,
              std::string_view meant) {
  return std::ranges::any_of(table, [&](const member& m) {
    return std::ranges::count(known, m.key) == 0 && near_name(m.key, known) == meant;
  });
}

bool has_others(const node::table& table, const std::vector<std::string_view>& known) {
  return std::ranges::any_of(
      table, [&](const member& m) { return std::ranges::count(known, m.key) == 0; });
}

void read_version(document_head&, const node& value, field_checker& check) {
  const auto* version = value.as<std::int64_t>();
  if (!version || *version != 1) check.wrong(value, "version", "the integer 1");
}

void read_run_table(document_head& head, const node& value, field_checker& check) {
  const auto* table = check.table(value, "run", "a table");
  if (!table) return;
  read_keys(*table, "[run]", run_readers, head.run, check, job_tables);
  const node* const on = find(*table, "on");
  const auto* const places = on ? on->as<node::array>() : nullptr;
  head.places_are_good = !on || head.run.on.size() == (places ? places->size() : 1);
  const node* const shell = find(*table, "shell");
  const auto* const text = shell ? shell->as<std::string>() : nullptr;
  const bool shell_is_good = !shell || (text && *text == head.run.shell);
  // Other keys of [run] have no influence on a job's faults.
  if (!shell_is_good || has_others(*table, run_keys())) head.defaults_are_good = false;
}

void read_defaults(document_head& head, const node& value, field_checker& check) {
  const std::size_t before = check.fault_count();
  if (const auto* table = check.table(value, "defaults", "a table"))
    head.defaults = read_job(*table, value.at, "[defaults]", check);
  if (check.fault_count() != before) head.defaults_are_good = false;
}

void read_pool_table(std::vector<pool_settings>& pools, const node& value, field_checker& check) {
  const auto* table = check.table(value, "pool", "a table of pools, such as [pool.db]");
  if (!table) return;
  if (table->size() > most_pools)
    return check.fault(
        value.at, fmt::format("pool: {} pools, expected at most {}", table->size(), most_pools));
  for (const member* m : free_keys(*table, "pool", check)) {
    const std::string where = fmt::format("pool.{}", shown_name(m->key));
    const auto* settings = check.table(m->value, where, "a table such as { capacity = 2 }");
    if (!settings) continue;
    pool_settings& p = pools.emplace_back(pool_settings{m->key, 1});
    read_keys(*settings, where, pool_readers, p, check);
    if (!find(*settings, "capacity")) check.fault(m->at, where + ": \"capacity\" is missing");
  }
}

void read_pools(document_head& head, const node& value, field_checker& check) {
  const std::size_t before = check.fault_count();
  read_pool_table(head.pools, value, check);
  if (check.fault_count() != before) head.pools_are_good = false;
}

void read_job_tables(document_head& head, const node& value, field_checker& check) {
  head.jobs = check.array(value, "job", "an array of tables, each begun by [[job]]");
}

constexpr key_reader<document_head> document_readers[] = {
    {"version", read_version}, {"run", read_run_table},  {"defaults", read_defaults},
    {"pool", read_pools},      {"job", read_job_tables},
};

}  // namespace

run_settings default_run() {
  return {};
}

document_head read_document(const node& root, field_checker& check) {
  document_head head{.run = default_run(), .defaults = {}, .pools = {}};
  const auto* table = check.table(root, "manifest", "a table");
  if (!table) return head;
  if (!find(*table, "version"))
    check.fault({}, "\"version = 1\" is missing: the version of the manifest's format");
  read_keys(*table, "a manifest", document_readers, head, check, tables_below);
  // Such as [runs], [pools.db] or [default].
  if (may_mean(*table, document_keys(), "run")) head.places_are_good = false;
  if (may_mean(*table, document_keys(), "pool")) head.pools_are_good = false;
  if (may_mean(*table, document_keys(), "defaults")) head.defaults_are_good = false;
  return head;
}

document_head read_first_line(const node& root, field_checker& check) {
  document_head head = read_document(root, check);
  if (!std::exchange(head.jobs, nullptr)) return head;
  for (const member& m : *root.as<node::table>())
    if (m.key == "job") check.fault(m.at, "job: in JSON Lines each job is a line of its own");
  return head;
}

void inherit(document_head& head, const manifest_context& context) {
  if (context.settings)
    head.defaults.settings = merged(std::move(head.defaults.settings), *context.settings);
  if (!context.on.empty()) {
    head.run.on = context.on;
    head.places_are_good = true;
  }
  head.most_gpus = context.most_gpus;
}

void check_run(const document_head& head, const node& root, const manifest_context& context,
               field_checker& check) {
  const auto* const document = root.as<node::table>();
  const node* const run = document && context.refuse_run ? find(*document, "run") : nullptr;
  const auto* const table = run ? run->as<node::table>() : nullptr;
  if (!table) return;
  for (const member& m : *table)
    accepted(m.value, check, [&] { context.refuse_run(head.run, m.key); });
}

std::vector<std::string_view> document_keys() {
  return keys_of(document_readers);
}
std::vector<std::string_view> run_keys() {
  return keys_of(run_readers);
}
std::vector<std::string_view> pool_keys() {
  return keys_of(pool_readers);
}

}  // namespace weir::doc
