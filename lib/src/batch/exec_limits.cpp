#include "batch/exec_limits.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

namespace weir {

namespace {

/// linux/fs/exec.c, bprm_stack_limits(): a quarter of the stack limit, within these bounds.
constexpr std::size_t least_for_all = std::size_t{128} << 10;
constexpr std::size_t most_for_all = std::size_t{6} << 20;
/// linux/binfmts.h, MAX_ARG_STRLEN; includes the NUL.
constexpr std::size_t pages_of_an_argument = 32;
/// For the program's path and the variables that are set for each job.
constexpr std::size_t set_aside = 4096;

std::size_t size_of_environment() {
  std::size_t bytes = 0;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each)
    bytes += std::strlen(*each) + 1 + sizeof(char*);
  return bytes;
}

std::size_t longest_of(const argument_list& arguments) {
  std::size_t longest = 0;
  std::string_view rest = arguments.bytes();
  while (!rest.empty()) {
    const std::size_t length = rest.find('\0');
    longest = std::max(longest, length);
    rest.remove_prefix(length + 1);
  }
  return longest;
}

std::size_t size_of(const argument_list& arguments) {
  return arguments.bytes().size() + arguments.size() * sizeof(char*);
}

}  // namespace

bool exec_limits::fits(const argument_list& arguments) const noexcept {
  if (size_of(arguments) > all) return false;
  return arguments.bytes().size() <= argument || longest_of(arguments) <= argument;
}

double exec_limits::load(const argument_list& arguments) const noexcept {
  const auto share = [](std::size_t size, std::size_t most) {
    return static_cast<double>(size) / static_cast<double>(std::max<std::size_t>(most, 1));
  };
  return std::max(share(size_of(arguments), all), share(longest_of(arguments), argument));
}

std::string exec_limits::fault(const argument_list& arguments) const {
  if (fits(arguments)) return {};
  if (const std::size_t longest = longest_of(arguments); longest > argument)
    return fmt::format("an argument of {} bytes is too long: Linux passes at most {}", longest,
                       argument);
  return fmt::format("arguments of {} bytes are too long: Linux passes at most {} here",
                     size_of(arguments), all);
}

exec_limits limits_of_jobs() {
  rlimit stack{};
  std::size_t all = least_for_all;
  if (::getrlimit(RLIMIT_STACK, &stack) == 0)
    all = std::clamp(static_cast<std::size_t>(stack.rlim_cur / 4), least_for_all, most_for_all);
  const std::size_t taken = size_of_environment() + set_aside;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return {pages_of_an_argument * page - 1, all - std::min(all, taken)};
}

}  // namespace weir
