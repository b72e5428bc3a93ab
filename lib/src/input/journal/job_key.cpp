#include "input/journal/job_key.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

namespace weir {

namespace {

/// The namespace of weir's jobs; drawn once at random.
constexpr boost::uuids::uuid jobs_namespace{{0x5a, 0x1c, 0x9e, 0x33, 0x0f, 0x7d, 0x4b, 0x52, 0x9d,
                                             0x41, 0x6e, 0x28, 0xc7, 0x90, 0x1b, 0xe4}};

constexpr std::string_view hex = "0123456789abcdef";

/// Every field is preceded by its length: no two jobs have the same bytes.
class content {
 public:
  void add(std::string_view field) {
    add(field.size());
    bytes_ += field;
  }
  void add(std::uint64_t number) {
    std::array<char, sizeof number> little_endian{};
    for (char& byte : little_endian) {
      byte = static_cast<char>(number);
      number >>= 8;
    }
    bytes_.append(little_endian.data(), little_endian.size());
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_ = with_room();

  /// Enough for nearly all jobs: one allocation.
  static std::string with_room() {
    std::string empty;
    empty.reserve(256);
    return empty;
  }
};

std::string directory_it_runs_in(const job_settings& settings, std::string_view here) {
  std::string directory = settings.dir;
  if (directory.starts_with('/')) return directory;
  if (!directory.empty() && !here.empty()) directory.insert(0, 1, '/');
  return directory.insert(0, here);
}

void add_settings(content& all, const job_settings& settings, std::string_view here) {
  all.add(directory_it_runs_in(settings, here));
  all.add(settings.env.size());
  for (const auto& [name, value] : settings.env) {
    all.add(name);
    all.add(value.has_value());
    all.add(value.value_or(""));
  }
  all.add(settings.input.index());
  if (const auto* file = std::get_if<file_input>(&settings.input)) all.add(file->path);
  if (const auto* text = std::get_if<text_input>(&settings.input)) all.add(text->text);
  if (const auto* block = std::get_if<block_input>(&settings.input)) {
    all.add(block->bytes);
    all.add(block->file);
    all.add(block->from);
    all.add(block->to);
  }
}

/// A script counts as written: how data is passed to a shell may change between versions.
void add_arguments(content& all, const job_spec& job) {
  if (!job.script) return all.add(job.argv.bytes());
  std::uint32_t index = 0;
  for (const std::string_view argument : job.argv.to_vector())
    all.add(index++ == job.script->argument ? std::string_view(job.script->text) : argument);
}

int digit(char c) {
  const auto place = hex.find(c);
  return place == std::string_view::npos ? -1 : static_cast<int>(place);
}

}  // namespace

job_key key_of(const job_spec& job, std::string_view here) {
  content all;
  add_arguments(all, job);
  all.add(job.slot_marks.size());
  for (const slot_mark& mark : job.slot_marks) {
    all.add(std::uint64_t{mark.argument});
    all.add(std::uint64_t{mark.offset});
  }
  add_settings(all, job.settings ? *job.settings : job_settings{}, here);
  boost::uuids::name_generator_sha1 generate(jobs_namespace);
  const boost::uuids::uuid id = generate(all.bytes().data(), all.bytes().size());
  job_key key;
  std::copy(id.begin(), id.end(), key.begin());
  return key;
}

std::string to_string(const job_key& key) {
  std::string text(36, '-');
  std::size_t at = 0;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
    text[at++] = hex[key[i] >> 4];
    text[at++] = hex[key[i] & 15];
  }
  return text;
}

std::optional<job_key> parse_job_key(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  job_key key;
  std::size_t at = 0;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if ((i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-') return std::nullopt;
    const int high = digit(text[at++]);
    const int low = digit(text[at++]);
    if (high < 0 || low < 0) return std::nullopt;
    key[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return key;
}

}  // namespace weir
