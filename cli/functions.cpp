#include "functions.hpp"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include <weir/error.hpp>

#include "input/exported_functions.hpp"
#include "process/program_lookup.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

bool is_on_path(const std::string& word) {
  const char* const path = std::getenv("PATH");
  return program_lookup(path == nullptr ? std::string(default_path) : path).find({word}).error == 0;
}

bool calls(const std::vector<std::string>& command, const std::vector<std::string>& functions) {
  if (command.size() == 1) return calls_one_of(command.front(), functions);
  return std::ranges::find(functions, command.front()) != functions.end();
}

}  // namespace

std::vector<std::string> callable_functions() {
  std::vector<std::string> functions = exported_functions(environ);
  std::erase_if(functions, is_on_path);
  return functions;
}

void settle_functions(options& o) {
  if (!o.shell.empty()) return;
  std::vector<std::string> functions = callable_functions();
  if (functions.empty()) return;
  if (o.items.command.empty()) {
    o.functions = std::move(functions);
    return;
  }
  if (!calls(o.items.command, functions)) return;
  if (!is_on_path("bash"))
    throw usage_error("\"" + escape_and_clip(o.items.command.front(), 60) +
                      "\" calls an exported function of bash, but bash was not found");
  o.shell = "bash";
}

}  // namespace weir::cli
