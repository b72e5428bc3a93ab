/// Takes values from a document's nodes, or reports what is wrong with them.
///
/// It knows kinds and ranges, not which keys exist. Every check adds at most one fault, and then
/// returns nothing, so that a reader continues with the next key.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/manifest/fault.hpp"
#include "input/manifest/node.hpp"

namespace weir::doc {

/// A table where a key that is unknown elsewhere belongs.
struct other_table {
  std::string_view name;  ///< "[run]"
  std::vector<std::string_view> keys;
};

class field_checker {
 public:
  explicit field_checker(fault_list& faults) : faults_(faults) {}

  /// Adds a fault. `message` must be printable.
  void fault(position at, std::string message) { faults_.add(at, std::move(message)); }
  /// "KEY: found VALUE, expected EXPECTED".
  void wrong(const node& value, std::string_view key, std::string_view expected);
  /// Where a parser adds its own faults.
  fault_list& faults() noexcept { return faults_; }
  /// Nothing more would be reported: a reader of many values may stop.
  bool full() const noexcept { return faults_.full(); }
  bool is_told(position at) const noexcept { return faults_.is_told(at); }
  std::size_t fault_count() const noexcept { return faults_.size(); }

  /// A string without NUL, which neither an argument, a variable nor a path can contain.
  std::optional<std::string> text(const node& value, std::string_view key);
  /// The same, but not empty.
  std::optional<std::string> filled_text(const node& value, std::string_view key);
  std::optional<bool> flag(const node& value, std::string_view key);
  /// An integer from `least` to `most`.
  std::optional<std::int64_t> whole(const node& value, std::string_view key, std::int64_t least,
                                    std::int64_t most);
  /// A duration longer than 0, such as "10s".
  std::optional<duration> span(const node& value, std::string_view key);
  /// A number of bytes above 0: a whole number, or a size such as "2G".
  std::optional<std::uint64_t> size(const node& value, std::string_view key);
  /// A number above 0, up to `most`.
  std::optional<double> positive(const node& value, std::string_view key, std::int64_t most);
  /// The index of one of `words`.
  std::optional<std::size_t> word(const node& value, std::string_view key,
                                  const std::vector<std::string_view>& words);
  const node::table* table(const node& value, std::string_view key, std::string_view expected);
  const node::array* array(const node& value, std::string_view key, std::string_view expected);

  /// \param others where it may have been meant to be.
  void unknown_key(const member& m, std::string_view where,
                   const std::vector<std::string_view>& known,
                   const std::vector<other_table>& others = {});
  void duplicate_key(const member& m, std::string_view where, position first);

 private:
  fault_list& faults_;
};

/// A key of a table, and what reads its value into a Draft.
template <class Draft>
struct key_reader {
  std::string_view key;
  void (*read)(Draft&, const node& value, field_checker& check);
};

/// The keys of a list of readers.
template <class Readers>
std::vector<std::string_view> keys_of(const Readers& readers) {
  std::vector<std::string_view> keys;
  for (const auto& reader : readers) keys.push_back(reader.key);
  return keys;
}

/// The largest number of keys in any table.
inline constexpr std::size_t most_table_keys = 48;

/// Reads all members of a table, each with the reader for its key.
/// \param where what people call the table: "[run]", "a job".
/// \param readers a range of key_reader<Draft>, at most most_table_keys.
/// \param others gives the tables where other keys belong.
template <class Draft, class Readers>
void read_keys(const node::table& table, std::string_view where, const Readers& readers,
               Draft& draft, field_checker& check, std::vector<other_table> (*others)() = nullptr) {
  std::array<const member*, most_table_keys> seen{};
  for (const member& m : table) {
    if (check.full()) return;
    const auto reader = std::ranges::find(readers, m.key, &key_reader<Draft>::key);
    if (reader == std::end(readers)) {
      check.unknown_key(m, where, keys_of(readers), others ? others() : std::vector<other_table>());
      continue;
    }
    const member*& first = seen[static_cast<std::size_t>(reader - std::begin(readers))];
    if (first) {
      check.duplicate_key(m, where, first->at);
      continue;
    }
    first = &m;
    reader->read(draft, m.value, check);
  }
}

/// The members of a table with arbitrary keys, such as env; each duplicate is a fault and left out.
std::vector<const member*> free_keys(const node::table& table, std::string_view where,
                                     field_checker& check);

}  // namespace weir::doc
