#include "input/manifest/carried_reader.hpp"

#include <utility>

#include "text/escape.hpp"

namespace weir::doc {

namespace {

std::optional<std::vector<std::string>> read_paths(const node& value, std::string_view key,
                                                   field_checker& check) {
  const auto* array = check.array(value, key, R"(an array of paths, such as ["data/{item}.csv"])");
  if (!array) return std::nullopt;
  std::vector<std::string> paths;
  for (const node& element : *array)
    if (auto path = check.filled_text(element, key)) paths.push_back(std::move(*path));
  return paths;
}

void tell_paths(std::string_view verb, const std::vector<std::string>& paths,
                std::vector<std::string>& words) {
  if (paths.empty()) return;
  std::string text(verb);
  for (const std::string& path : paths)
    text += (text.size() == verb.size() ? " " : ", ") + escape(path);
  words.push_back(std::move(text));
}

}  // namespace

void read_send(job_draft& job, const node& value, field_checker& check) {
  job.settings.send = read_paths(value, "send", check);
}

void read_return(job_draft& job, const node& value, field_checker& check) {
  job.settings.returned = read_paths(value, "return", check);
}

void read_cleanup(job_draft& job, const node& value, field_checker& check) {
  job.settings.cleanup = check.flag(value, "cleanup");
}

void apply_send(const settings_draft& from, const run_settings&, job_settings& to) {
  if (from.send) to.files.sent = *from.send;
}

void apply_return(const settings_draft& from, const run_settings&, job_settings& to) {
  if (from.returned) to.files.returned = *from.returned;
}

void apply_cleanup(const settings_draft& from, const run_settings&, job_settings& to) {
  if (from.cleanup) to.files.cleanup = *from.cleanup;
}

void tell_send(const job_settings& settings, std::vector<std::string>& words) {
  tell_paths("sends", settings.files.sent, words);
}

void tell_return(const job_settings& settings, std::vector<std::string>& words) {
  tell_paths("returns", settings.files.returned, words);
}

}  // namespace weir::doc
