/// The arguments of a command line, in one block of memory.
///
/// argv is stored the way the kernel copies it: each argument followed by a NUL. A pending job then
/// costs one allocation however many arguments it has, and building `char* argv[]` takes one pass.
/// An argument cannot contain NUL: execve(2) could not pass it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class argument_list {
 public:
  argument_list() = default;
  argument_list(std::initializer_list<std::string_view> arguments);

  /// Appends one argument; it may be empty. \pre no NUL inside.
  void push_back(std::string_view argument);

  std::size_t size() const noexcept { return count_; }
  bool empty() const noexcept { return count_ == 0; }

  /// The argument at `index`, counting from 0; takes time linear in `index`. \pre index < size().
  std::string_view at(std::size_t index) const noexcept;

  /// All arguments, for tests and for code where an extra allocation does not matter.
  std::vector<std::string> to_vector() const;

  /// Appends to `out` pointers into this list and a terminating null pointer, as execve(2) expects
  /// them. They are valid until the list changes or is destroyed.
  void pointers(std::vector<const char*>& out) const;

  /// The bytes: every argument with its NUL.
  const std::string& bytes() const noexcept { return bytes_; }

  bool operator==(const argument_list&) const = default;

 private:
  std::string bytes_;
  std::uint32_t count_ = 0;
};

/// Quotes one word for a POSIX shell: unchanged if it is safe, otherwise in single quotes.
std::string shell_quote(std::string_view word);

/// All arguments, quoted for a POSIX shell and separated by single spaces.
std::string shell_quote(const argument_list& arguments);

}  // namespace weir
