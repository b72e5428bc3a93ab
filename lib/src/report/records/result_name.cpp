#include "report/records/result_name.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "text/fnv.hpp"
#include "text/utf8.hpp"

namespace weir {

namespace {

constexpr std::size_t longest = 200;  // NAME_MAX is 255: leaves room for .2, .3, ...

void append_encoded(std::string& to, unsigned char byte) {
  fmt::format_to(std::back_inserter(to), "%{:02X}", byte);
}

/// Where to cut without splitting an encoded byte or a character.
std::size_t cut_before(std::string_view text, std::size_t most) {
  std::size_t at = 0;
  while (at < most) {
    const std::size_t step = text[at] == '%' ? 3 : first_sequence(text.substr(at)).length;
    if (at + step > most) break;
    at += step;
  }
  return at;
}

bool reads_block(const job_spec& job) {
  return job.settings && (std::holds_alternative<block_input>(job.settings->input) ||
                          std::holds_alternative<stream_input>(job.settings->input));
}

}  // namespace

std::string result_name(const job_spec& job) {
  if (!job.name.empty()) return job.name;
  if (reads_block(job) && job.item.value_or("").empty()) return std::to_string(job.seq);
  return job.item ? *job.item : command_text(job);
}

std::string path_component(std::string_view name) {
  if (name.empty()) return "%00";
  std::string encoded;
  for (std::string_view left = name; !left.empty();) {
    const auto byte = static_cast<unsigned char>(left.front());
    const std::size_t length = first_sequence(left).length;
    const bool first_dot = byte == '.' && encoded.empty();
    if (length == 0 || byte < 0x20 || byte == 0x7f || byte == '/' || byte == '%' || first_dot)
      append_encoded(encoded, byte);
    else
      encoded += left.substr(0, length);
    left.remove_prefix(std::max<std::size_t>(length, 1));
  }
  if (encoded.size() <= longest) return encoded;
  const std::string end = fmt::format("~{:016x}", fnv1a(name));
  encoded.resize(cut_before(encoded, longest - end.size()));
  return encoded + end;
}

std::string attempt_directory(unsigned attempt) {
  return fmt::format("attempt-{}", attempt);
}

std::string copy_of(const std::string& component, std::uint64_t n) {
  return n == 1 ? component : fmt::format("{}.{}", component, n);
}

}  // namespace weir
