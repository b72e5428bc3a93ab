#include "process/own_children.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace weir {

namespace {

std::vector<pid_t> numbers_in(std::string_view text) {
  std::vector<pid_t> all;
  pid_t pid = 0;
  for (const char* at = text.data(); at != text.data() + text.size();) {
    const auto [end, error] = std::from_chars(at, text.data() + text.size(), pid);
    if (error == std::errc()) all.push_back(pid);
    at = std::find_if(error == std::errc() ? end : at + 1, text.data() + text.size(),
                      [](char c) { return c >= '0' && c <= '9'; });
  }
  return all;
}

}  // namespace

std::optional<std::vector<pid_t>> own_children::read() {
  if (!list_) list_ = owned_fd(::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC));
  if (!list_) return std::nullopt;
  std::string text;
  std::array<char, 16384> part;
  for (ssize_t n;
       (n = ::pread(list_.value(), part.data(), part.size(), static_cast<off_t>(text.size()))) > 0;)
    text.append(part.data(), static_cast<std::size_t>(n));
  return numbers_in(text);
}

}  // namespace weir
