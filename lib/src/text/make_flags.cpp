#include "text/make_flags.hpp"

#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace weir {

namespace {

/// The second is make's name for it up to 4.1.
constexpr std::array<std::string_view, 2> address_options{"--jobserver-auth=", "--jobserver-fds="};

struct divided_flags {
  std::vector<std::string_view> words;
  std::string_view variables;  ///< "-- NAME=VALUE ...", as it stands
};

divided_flags divide(std::string_view text) {
  divided_flags flags;
  for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string_view::npos;) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (word == "--") {
      flags.variables = text.substr(at);
      break;
    }
    flags.words.push_back(word);
    at = end;
  }
  return flags;
}

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<jobserver_address> parse_address(std::string_view text) {
  constexpr std::string_view fifo = "fifo:";
  if (text.starts_with(fifo)) return jobserver_fifo{std::string(text.substr(fifo.size()))};
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto read = whole_number<int>(text.substr(0, comma));
  const auto write = whole_number<int>(text.substr(comma + 1));
  if (!read || !write) return std::nullopt;
  return jobserver_pipe{*read, *write};
}

bool is_address(std::string_view word) {
  return word.starts_with(address_options[0]) || word.starts_with(address_options[1]);
}

bool is_jobs(std::string_view word) {
  return word.starts_with("-j");
}

/// One-letter options are joined in the first word, which has no dash.
bool is_letters(std::string_view word) {
  return !word.starts_with('-') && word.find('=') == std::string_view::npos;
}

}  // namespace

make_flags parse_make_flags(std::string_view text) {
  make_flags flags;
  const auto words = divide(text).words;
  const std::string_view letters =
      !words.empty() && is_letters(words.front()) ? words.front() : std::string_view();
  const auto has = [&](char letter) { return letters.find(letter) != std::string_view::npos; };
  flags.dry_run = has('n');
  flags.touch = has('t');
  flags.question = has('q');
  for (const std::string_view word : words) {
    if (is_jobs(word)) flags.jobs = whole_number<unsigned>(word.substr(2));
    // The last one counts, even if it is not understood.
    if (is_address(word)) flags.jobserver = parse_address(word.substr(word.find('=') + 1));
  }
  return flags;
}

std::string with_jobserver(std::string_view text, const jobserver_address& where,
                           std::size_t jobs) {
  const divided_flags flags = divide(text);
  std::string made;
  for (const std::string_view word : flags.words) {
    if (is_address(word) || is_jobs(word)) continue;
    if (!made.empty() || !is_letters(word)) made += ' ';
    made += word;
  }
  const auto* const fifo = std::get_if<jobserver_fifo>(&where);
  const auto* const pipe = std::get_if<jobserver_pipe>(&where);
  made += fmt::format(" -j{} {}", jobs, address_options[0]);
  made += fifo != nullptr ? "fifo:" + fifo->path : fmt::format("{},{}", pipe->read, pipe->write);
  if (!flags.variables.empty()) made.append(" ").append(flags.variables);
  return made;
}

}  // namespace weir
