// Any command with any items: "COMMAND\0ITEM\0ITEM...". What a shell would run never contains an
// item.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weir/error.hpp>

#include "input/template.hpp"

namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == '\0')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::vector<std::string> parts = split({reinterpret_cast<const char*>(bytes), size});
  const std::vector<std::string> command{parts.front()};
  const std::vector<std::string_view> items(parts.begin() + 1, parts.end());
  weir::template_options options;
  options.names = {"dir", "n"};
  for (const char* shell : {"", "names", "bash -eu", "zsh", "fish", "tcsh", "python3"}) {
    options.names_only = std::string_view(shell) == "names";
    options.shell = options.names_only ? "" : shell;
    try {
      const weir::command_template compiled(command, options);
      const weir::job_spec job = compiled.expand(1, items);
      weir::with_slot(job, 3);
      weir::command_text(job);
    } catch (const weir::usage_error&) {
    }
  }
  try {
    weir::text_template(parts.front(), options).expand(1, items);
  } catch (const weir::usage_error&) {
  }
  return 0;
}
