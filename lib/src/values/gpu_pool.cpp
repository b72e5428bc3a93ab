#include "values/gpu_pool.hpp"

#include <algorithm>

namespace weir {

gpu_names chosen_gpus(const visible_gpus& there, std::optional<unsigned> wanted) {
  gpu_names all = there.names;
  if (!wanted) return all;
  if (there.are_given) {
    all.resize(std::min<std::size_t>(all.size(), *wanted));
  } else {
    all.clear();
    for (unsigned i = 0; i < *wanted; ++i) all.push_back(std::to_string(i));
  }
  return all;
}

bool is_gpu_name(std::string_view text) {
  constexpr std::size_t longest = 100;
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_.:/").find(c) != std::string_view::npos;
  });
}

std::string gpu_pool::take(unsigned count) {
  if (std::ranges::count(taken_, false) < static_cast<std::ptrdiff_t>(count)) return {};
  std::string names;
  for (std::size_t i = 0; i < all_.size() && count > 0; ++i) {
    if (taken_[i]) continue;
    taken_[i] = true;
    --count;
    names.append(names.empty() ? "" : ",").append(all_[i]);
  }
  return names;
}

void gpu_pool::give_back(std::string_view names) {
  while (!names.empty()) {
    const auto end = std::min(names.find(','), names.size());
    const auto place = std::ranges::find(all_, names.substr(0, end));
    if (place != all_.end()) taken_[static_cast<std::size_t>(place - all_.begin())] = false;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
}

}  // namespace weir
