#include "report/records/case_names.hpp"

#include <functional>

#include "report/records/result_name.hpp"
#include "report/shown.hpp"
#include "text/utf8.hpp"

namespace weir {

namespace {

constexpr std::size_t longest_name = 1000;  // bytes

/// The name as written: XML cannot hold control bytes, and replacing them must not make two names
/// equal. A test must have a name: for an empty item, it is the command line.
std::string name_of(const job_spec& job) {
  std::string name = shown(without_colours(result_name(job)), true);
  if (name.empty()) name = shown(command_text(job), true);
  return std::string(front_of(name, longest_name));
}

std::string numbered(const std::string& name, std::uint32_t number) {
  return name + " (" + std::to_string(number) + ")";
}

std::uint64_t hash(const std::string& name) {
  return std::hash<std::string>{}(name);
}

}  // namespace

std::string_view front_of(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && continues_sequence(text[most])) --most;
  return text.substr(0, most);
}

void case_names::accept(const job_spec& job) {
  const std::string name = name_of(job);
  std::uint32_t number = ++seen_[hash(name)];
  if (number == 1) return;
  // A job may really have that name.
  while (!seen_.try_emplace(hash(numbered(name, number)), 1).second) ++number;
  seen_[hash(name)] = number;
  numbers_[job.seq] = number;
}

std::string case_names::take(const job_spec& job) {
  std::string name = name_of(job);
  const auto number = numbers_.find(job.seq);
  if (number == numbers_.end()) return name;
  name = numbered(name, number->second);
  numbers_.erase(number);
  return name;
}

}  // namespace weir
