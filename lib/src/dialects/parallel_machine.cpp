#include "dialects/parallel_machine.hpp"

#include <string_view>

#include <weir/argument_list.hpp>
#include <weir/error.hpp>

#include "input/count.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

/// ":" is this machine, and "N/:" this machine as if it had N CPUs.
void take_host(parallel_machine& machine, const std::string& option, std::string_view host) {
  if (host == ":") return;
  if (!host.ends_with("/:"))
    throw usage_error(option + ": \"" + escape(host) +
                      "\": jobs run on this machine only, which is called \":\"");
  host.remove_suffix(2);
  machine.cpus = static_cast<unsigned>(parse_count(option, host, 1, 1'000'000));
}

}  // namespace

/// COMMAND's exit 2 means to kill a job, but must not stop the run.
std::string gate_for_limit(const std::string& command) {
  for (const std::string_view own : {"io", "load", "mem"})
    if (command.starts_with(own) && (command + ' ')[own.size()] == ' ')
      throw usage_error("--limit \"" + escape(command) +
                        "\": expected a command; --load and --memfree look at the machine");
  return "sh -c " + shell_quote(command) + " || exit 1";
}

bool take_machine_option(parallel_machine& machine, const given_foreign_option& o) {
  const std::string_view option = o.option->first_name();
  if (option == "-S")
    take_host(machine, o.name, *o.value);
  else if (o.name == "--use-sockets-instead-of-threads")
    machine.counted = "--number-of-sockets";
  else if (option == "--use-cpus-instead-of-cores")
    machine.counted = "--number-of-cores";
  else
    return false;
  return true;
}

}  // namespace weir
