#include "input/manifest/mistyped_keys.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "input/interpreted_script.hpp"
#include "text/near_name.hpp"

namespace weir::doc {

namespace {

bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool continues_word(char c) {
  return begins_word(c) || (c >= '0' && c <= '9') || c == '-';
}

/// The word of the first {word} at or after `at`, which moves behind it; empty if there is none.
/// With an ending, as in {word/.}, which items have and keys do not.
std::string_view next_word(std::string_view text, std::size_t& at) {
  for (; (at = text.find('{', at)) != std::string_view::npos; ++at) {
    if (at > 0 && text[at - 1] == '$') continue;
    const std::string_view inside = text.substr(at + 1);
    if (inside.empty() || !begins_word(inside.front())) continue;
    const auto end = static_cast<std::size_t>(
        std::ranges::find_if(inside,
                             [](char c) { return !continues_word(c) && c != '/' && c != '.'; }) -
        inside.begin());
    if (end == inside.size() || inside[end] != '}') continue;
    at += end + 2;
    return inside.substr(0, end);
  }
  return {};
}

std::string_view without_ending(std::string_view word) {
  for (const std::string_view ending : {"//", "/.", "/", "."})
    if (word.ends_with(ending)) return word.substr(0, word.size() - ending.size());
  return word;
}

/// near_name() leaves out names of one or two letters: here one letter doubled or left out is near,
/// while another letter may be anything.
std::optional<std::string_view> near_key(std::string_view word,
                                         const std::vector<std::string>& keys) {
  if (const auto near = near_name(word, keys)) return near;
  for (const std::string& key : keys)
    if (std::max(word.size(), key.size()) <= 3 && word.size() != key.size() &&
        edit_distance(word, key, 1) == 1)
      return key;
  return std::nullopt;
}

class search {
 public:
  search(const std::vector<std::string>& keys, field_checker& check) : keys_(keys), check_(check) {}

  void in_name(const placed_text& name) const { in(name.text, name.at, "name", true); }

  void in(std::string_view text, position at, std::string_view where, bool strict = false) const {
    std::size_t behind = 0;
    for (auto word = next_word(text, behind); !word.empty(); word = next_word(text, behind)) {
      if (std::ranges::find(keys_, word) != keys_.end()) continue;
      if (const std::string_view key = without_ending(word);
          key != word && std::ranges::find(keys_, key) != keys_.end())
        return check_.fault(at,
                            at_word(where, word) + " is not filled in, expected " + braced(key));
      const auto near = near_key(word, keys_);
      if (!near && !strict) continue;
      return check_.fault(at, at_word(where, word) + ": the matrix has no such key" + hint(near));
    }
  }

 private:
  static std::string braced(std::string_view word) { return '{' + std::string(word) + '}'; }

  static std::string at_word(std::string_view where, std::string_view word) {
    return std::string(where) + ": \"" + braced(word) + '"';
  }

  std::string hint(const std::optional<std::string_view>& near) const {
    if (near) return ", did you mean " + braced(*near) + '?';
    std::string all;
    for (const std::string& key : keys_)
      all += (all.empty() ? ", expected " : " or ") + braced(key);
    return all;
  }

  const std::vector<std::string>& keys_;
  field_checker& check_;
};

}  // namespace

void check_mistyped_keys(const job_draft& draft, const std::vector<std::string>& keys,
                         field_checker& check) {
  const search look(keys, check);
  if (draft.name) look.in_name(*draft.name);
  if (draft.run && !is_interpreted(draft.run->text)) look.in(draft.run->text, draft.run->at, "run");
  if (draft.argv)
    for (const placed_text& word : *draft.argv) look.in(word.text, word.at, "argv");
  const settings_draft& settings = draft.settings;
  if (settings.dir) look.in(*settings.dir, draft.at, "dir");
  for (const auto& [name, value] : settings.env)
    if (value) look.in(*value, draft.at, "env." + shown_name(name));
  if (const auto& input = settings.input)
    for (const auto* const text : {&input->file, &input->text, &input->split})
      if (*text) look.in(**text, draft.at, "stdin");
  for (const auto* const paths : {&settings.send, &settings.returned})
    if (*paths)
      for (const std::string& path : **paths)
        look.in(path, draft.at, paths == &settings.send ? "send" : "return");
}

}  // namespace weir::doc
