#include "input/script_variables.hpp"

#include <map>
#include <tuple>

namespace weir {

namespace {

using identity = std::tuple<placeholder::kind, item_part, std::int32_t, const item_expression*>;

/// The index of the equal placeholder; appends it if there is none.
std::size_t add_once(std::map<identity, std::size_t>& known, std::vector<placeholder>& all,
                     const placeholder& what) {
  const auto [at, is_new] =
      known.try_emplace({what.what, what.part, what.index, what.changed.get()}, all.size());
  if (is_new) all.push_back(what);
  return at->second;
}

}  // namespace

bool is_spread(const script_part& part) {
  return part.whole_word && part.what.what == placeholder::kind::items;
}

script_variables::script_variables(const std::vector<script_part>& parts) {
  std::map<identity, std::size_t> known;
  std::map<identity, std::size_t> known_spread;
  for (const auto& part : parts)
    indices_.push_back(is_spread(part) ? add_once(known_spread, spread_, part.what)
                                       : add_once(known, joined_, part.what));
  std::size_t next = joined_.size();
  for (const auto& what : spread_) {
    const auto joined = known.find({what.what, what.part, what.index, what.changed.get()});
    is_joined_.push_back(joined != known.end());
    numbers_of_spread_.push_back(1 + (joined != known.end() ? joined->second : next++));
  }
  alone_ = next - joined_.size();
}

std::size_t script_variables::number_of(std::size_t part, bool spread) const {
  return spread ? numbers_of_spread_[indices_[part]] : indices_[part] + 1;
}

std::size_t script_variables::first_number_of(std::size_t part, std::size_t items) const {
  return joined_.size() + 1 + indices_[part] * items;
}

std::size_t script_variables::count(std::size_t items) const {
  return joined_.size() + (items == 1 ? alone_ : spread_.size() * items);
}

std::size_t script_variables::items_for(std::size_t variables) const {
  return variables == count(1) ? 1 : (variables - joined_.size()) / spread_.size();
}

}  // namespace weir
