#include "process/missing_interpreter.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "loop/owned_fd.hpp"

namespace weir {

namespace {

/// Linux reads no further than this (BINPRM_BUF_SIZE).
constexpr std::size_t longest_first_line = 256;

/// "" without an interpreter line.
std::string interpreter_of(const std::string& file) {
  const owned_fd script(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  std::array<char, longest_first_line> bytes{};
  const ssize_t got = ::read(script.value(), bytes.data(), bytes.size());
  std::string_view line(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  line = line.substr(0, line.find('\n'));
  if (!line.starts_with("#!")) return "";
  line.remove_prefix(std::min(line.find_first_not_of(" \t", 2), line.size()));
  return std::string(line.substr(0, line.find_first_of(" \t")));
}

}  // namespace

spawn_failed what_is_missing(const std::string& program, const std::string& file) {
  if (::access(file.c_str(), F_OK) != 0) return {ENOENT, program};
  const std::string interpreter = interpreter_of(file);
  if (interpreter.empty()) return {ENOENT, file, "loader of"};
  return {ENOENT, interpreter + " of " + file, "interpreter"};
}

}  // namespace weir
