#include "process/gpu_search.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace weir {

namespace {

/// As CUDA reads it: what comes behind something that is no device, such as -1, does not count.
gpu_names gpus_in_list(std::string_view list) {
  gpu_names names;
  while (!list.empty() && names.size() < most_gpus) {
    const auto end = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, end);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!is_gpu_name(name) || name.starts_with('-') || name == "NoDevFiles") break;
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

gpu_names counted_gpus(std::size_t count) {
  return chosen_gpus({}, static_cast<unsigned>(std::min<std::size_t>(count, most_gpus)));
}

/// nvidia0, nvidia1, but not nvidiactl.
bool is_device_of_nvidia(std::string_view name) {
  constexpr std::string_view start = "nvidia";
  return name.starts_with(start) && name.size() > start.size() &&
         name.find_first_not_of("0123456789", start.size()) == std::string_view::npos;
}

}  // namespace

visible_gpus find_gpus(const std::function<const char*(const char*)>& variable,
                       const std::string& devices) {
  for (const char* const name : {"CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"})
    if (const char* const list = variable(name)) return {gpus_in_list(list), true};
  if (const char* const list = variable("ROCR_VISIBLE_DEVICES"))
    return {counted_gpus(gpus_in_list(list).size()), true};
  if (const char* const text = variable("SLURM_GPUS_ON_NODE")) {
    const std::string_view digits = text;
    unsigned count = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return {counted_gpus(count), true};
  }
  std::error_code error;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator at(devices, error), end; !error && at != end;
       at.increment(error))
    if (is_device_of_nvidia(at->path().filename().native())) ++count;
  return {counted_gpus(count), false};
}

visible_gpus find_gpus() {
  return find_gpus([](const char* name) { return std::getenv(name); });
}

}  // namespace weir
