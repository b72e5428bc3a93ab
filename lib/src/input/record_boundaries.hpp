/// Finds where one record ends and the next begins: after what a record ends with, and before what
/// it begins with. Pure functions of the bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "input/block_rules.hpp"

namespace re2 {
class RE2;
}

namespace weir {

/// Compiles an expression that matches bytes, not UTF-8.
/// \throws usage_error, which names the option, if RE2 does not accept it.
std::unique_ptr<const re2::RE2> compile_for_bytes(std::string_view option,
                                                  const std::string& expression);

class record_boundaries {
 public:
  /// \throws usage_error for invalid expressions.
  explicit record_boundaries(const block_rules& rules);
  ~record_boundaries();
  record_boundaries(record_boundaries&&) noexcept;
  record_boundaries& operator=(record_boundaries&&) noexcept;

  /// The last place in `bytes`, after the first byte, where a record ends; 0: there is none.
  std::size_t last(std::string_view bytes) const;
  /// The first such place after `record`, where one begins; 0: there is none.
  /// \param from no boundary begins between `record` and this.
  std::size_t next(std::string_view bytes, std::size_t record, std::size_t from) const;
  /// How many bytes at the end may become part of a boundary once more come. Not for expressions.
  std::size_t overlap() const noexcept { return between_.empty() ? 0 : between_.size() - 1; }
  /// Whether `bytes` begin like a record.
  bool begins(std::string_view bytes) const;
  /// Removes what separates records, also at the edges of the block.
  void remove_from(std::string& block) const;

 private:
  struct expressions;

  std::size_t last_match(std::string_view bytes, std::size_t from) const;

  std::string start_, end_, between_;
  std::unique_ptr<const expressions> expressions_;  ///< null: the texts are literal
};

}  // namespace weir
