#include "input/parse_command.hpp"

#include <optional>
#include <string_view>

#include <weir/error.hpp>

namespace weir {

namespace {

std::optional<input_group> opened_by(std::string_view word, const group_signs& signs) {
  for (const bool files : {false, true}) {
    const std::string& sign = files ? signs.files : signs.items;
    if (!word.starts_with(sign)) continue;
    if (word.size() == sign.size()) return input_group{{}, files, false};
    if (word.substr(sign.size()) == "+") return input_group{{}, files, true};
  }
  return std::nullopt;
}

}  // namespace

command_and_inputs parse_command(std::span<const std::string> words, const group_signs& signs) {
  command_and_inputs parsed;
  for (const auto& word : words) {
    if (auto group = opened_by(word, signs)) {
      if (group->linked && parsed.inputs.empty())
        throw usage_error('"' + word + "\": there is no source before it to link to: expected " +
                          (group->files ? "\"::::\"" : "\":::\"") + " first");
      parsed.inputs.push_back(std::move(*group));
    } else {
      (parsed.inputs.empty() ? parsed.command : parsed.inputs.back().words).push_back(word);
    }
  }
  return parsed;
}

}  // namespace weir
