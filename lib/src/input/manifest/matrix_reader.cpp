#include <set>
#include <utility>

#include <fmt/format.h>

#include "input/manifest/did_you_mean.hpp"
#include "input/manifest/job_reader.hpp"

namespace weir::doc {

namespace {

constexpr std::size_t most_cells = 4'000'000;      // combinations times keys
constexpr std::size_t most_matches = 100'000'000;  // combinations times entries of include, exclude

bool is_key(std::string_view key) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !key.empty() && key.size() <= longest_key && letter(key.front()) &&
         std::ranges::all_of(key, inner);
}

bool check_key(const member& m, field_checker& check) {
  if (is_key(m.key)) return true;
  check.fault(m.at, fmt::format("matrix: \"{}\" is not a name for a {{placeholder}}, expected a "
                                "letter or _ first, then letters, digits, _ and -, at most {}",
                                shown_name(m.key), longest_key));
  return false;
}

// Decimal fractions are refused: 3.10 would become 3.1 before anyone could see it.
std::optional<std::string> read_value(const node& value, std::string_view key,
                                      field_checker& check) {
  if (const auto* i = value.as<std::int64_t>()) return fmt::to_string(*i);
  if (const auto* b = value.as<bool>()) return *b ? "true" : "false";
  if (value.as<std::string>()) return check.text(value, key);
  if (value.as<double>())
    check.wrong(value, key, "a string: in quotes, 3.10 does not become 3.1");
  else
    check.wrong(value, key, "a string, an integer, true or false");
  return std::nullopt;
}

void read_axis(matrix& m, const member& from, field_checker& check) {
  const std::string key = fmt::format("matrix.{}", shown_name(from.key));
  if (!check_key(from, check)) return;
  const auto* array = check.array(from.value, key, "an array of values");
  if (!array) return;
  if (array->empty()) return check.wrong(from.value, key, "at least one value");
  axis& x = m.axes.emplace_back(axis{from.key, {}});
  std::set<std::string> known;
  for (const node& element : *array) {
    if (check.full()) return;
    auto value = read_value(element, key, check);
    if (!value) continue;
    if (known.insert(*value).second)
      x.values.push_back(std::move(*value));
    else
      check.fault(element.at, fmt::format("{}: \"{}\" is given twice, expected each value once",
                                          key, shown_name(*value)));
  }
}

assignment read_entry(const node& from, std::string_view key, field_checker& check) {
  assignment entry;
  const auto* table = check.table(from, key, "a table of values, such as { os = \"linux\" }");
  if (!table) return entry;
  if (table->empty() || table->size() > most_keys) {
    check.wrong(from, key, fmt::format("1 to {} keys", most_keys));
    return entry;
  }
  for (const member* m : free_keys(*table, key, check)) {
    if (!check_key(*m, check)) continue;
    if (auto value = read_value(m->value, fmt::format("{}.{}", key, m->key), check))
      entry.emplace_back(m->key, std::move(*value));
  }
  return entry;
}

std::vector<assignment> read_entries(const node* from, std::string_view key, field_checker& check) {
  std::vector<assignment> entries;
  const auto* array = from ? check.array(*from, key, "an array of tables") : nullptr;
  if (!array) return entries;
  for (const node& element : *array) {
    if (check.full()) break;
    entries.push_back(read_entry(element, key, check));
  }
  return entries;
}

// An excluded key that no axis has would silently exclude nothing.
void check_excluded_keys(const node* exclude, const matrix& m, field_checker& check) {
  std::vector<std::string_view> axes;
  for (const axis& x : m.axes) axes.push_back(x.key);
  const auto* array = exclude ? exclude->as<node::array>() : nullptr;
  if (!array) return;
  for (const node& element : *array) {
    const auto* table = element.as<node::table>();
    if (!table || check.full()) continue;
    for (const member& excluded : *table)
      if (std::ranges::find(axes, excluded.key) == axes.end())
        check.fault(excluded.at,
                    fmt::format("matrix.exclude: the matrix has no key \"{}\"{}",
                                shown_name(excluded.key), did_you_mean(excluded.key, axes)));
  }
}

// Nor would a value that its axis lacks.
void check_excluded_values(const node* exclude, const matrix& m, field_checker& check) {
  const auto* array = exclude ? exclude->as<node::array>() : nullptr;
  if (!array) return;
  for (const node& element : *array)
    for (const member& excluded : *element.as<node::table>()) {
      if (check.full()) return;
      const auto value = read_value(excluded.value, excluded.key, check);
      const axis& x = *std::ranges::find(m.axes, excluded.key, &axis::key);
      if (std::ranges::find(x.values, *value) == x.values.end())
        check.fault(excluded.value.at,
                    fmt::format("matrix.exclude: {} has no value \"{}\"{}", excluded.key,
                                shown_name(*value), did_you_mean(*value, x.values)));
    }
}

// Counts no further than most_keys, whatever the size of the matrix.
bool too_many_keys(const matrix& m) {
  std::set<std::string_view> keys;
  for (const axis& x : m.axes)
    if (keys.insert(x.key); keys.size() > most_keys) return true;
  for (const assignment& entry : m.include)
    for (const auto& pair : entry)
      if (keys.insert(pair.first); keys.size() > most_keys) return true;
  return false;
}

void check_size(const matrix& m, const node& value, field_checker& check) {
  const std::size_t product = product_size(m);
  const std::size_t entries = m.include.size() + m.exclude.size();
  if (too_many_keys(m))
    check.fault(value.at, fmt::format("matrix: too large, expected at most {} keys", most_keys));
  else if (product > most_combinations || m.include.size() > most_combinations - product)
    check.fault(value.at, fmt::format("matrix: too large, expected at most {} combinations",
                                      most_combinations));
  else if ((product + m.include.size()) * keys_of(m).size() > most_cells)
    check.fault(value.at, fmt::format("matrix: too large, expected at most {} values in all its "
                                      "combinations",
                                      most_cells));
  else if (entries > 0 && product > most_matches / entries)
    check.fault(value.at,
                "matrix: too many entries in include and exclude for so many combinations");
  else if (product + m.include.size() == 0)
    check.wrong(value, "matrix", "at least one key with values, such as { dir = [\"a\", \"b\"] }");
}

}  // namespace

std::optional<matrix> read_matrix(const node& value, field_checker& check) {
  const auto* table =
      check.table(value, "matrix", "a table of arrays, such as { dir = [\"a\", \"b\"] }");
  if (!table) return std::nullopt;
  const std::size_t before = check.fault_count();
  matrix m;
  for (const member* key : free_keys(*table, "matrix", check))
    if (key->key != "include" && key->key != "exclude") read_axis(m, *key, check);
  m.exclude = read_entries(find(*table, "exclude"), "matrix.exclude", check);
  m.include = read_entries(find(*table, "include"), "matrix.include", check);
  if (check.fault_count() == before) check_excluded_keys(find(*table, "exclude"), m, check);
  if (check.fault_count() == before) check_size(m, value, check);
  if (check.fault_count() == before) check_excluded_values(find(*table, "exclude"), m, check);
  if (check.fault_count() != before) return std::nullopt;
  return m;
}

}  // namespace weir::doc
