#include "dialects/parallel_machine.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <weir/argument_list.hpp>
#include <weir/error.hpp>

#include "input/count.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

/// [N/]HOST, as in parallel(1), --sshlogin.
parallel_machine::host parse_host(const std::string& option, std::string_view text) {
  parallel_machine::host host;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    if (text.starts_with('@'))
      throw usage_error(option + ": \"" + escape(text) + "\": groups of hosts are not supported");
    host.slots = static_cast<unsigned>(parse_count(option, text.substr(0, slash), 1, 1'000'000));
    text.remove_prefix(slash + 1);
  }
  // A single colon would be a port; ":" alone is this machine, and an address has several.
  const bool has_port = text.size() > 1 && std::ranges::count(text, ':') == 1;
  if (text.empty() || text.starts_with('-') || has_port ||
      text.find_first_of(" \t") != std::string_view::npos)
    throw usage_error(option + ": \"" + escape(text) +
                      "\": expected HOST or N/HOST; options of ssh go into --ssh" +
                      (has_port ? ", such as --ssh 'ssh -p 22'" : ""));
  host.name = text;
  return host;
}

void take_hosts(parallel_machine& machine, const std::string& option, std::string_view list) {
  while (!list.empty()) {
    const auto end = std::min(list.find_first_of(",\n"), list.size());
    std::string_view one = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (!one.empty()) machine.hosts.push_back(parse_host(option, one));
  }
}

/// The names of parallel(1), --sshloginfile: ".." is one among its settings.
void take_host_file(parallel_machine& machine, const given_foreign_option& o,
                    const file_text& read) {
  const std::string& name = *o.value;
  const std::size_t before = machine.hosts.size();
  const bool is_absolute = name.starts_with('/');
  take_hosts(machine, o.name,
             read(o.name, name == ".."  ? "sshloginfile"
                          : is_absolute ? name
                                        : "./" + name));
  if (machine.hosts.size() == before)
    throw usage_error(o.name + ": " + escape(name) + ": there is no such file, or no host in it");
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

bool take_machine_option(parallel_machine& machine, const given_foreign_option& o,
                         const file_text& read) {
  const std::string_view option = o.option->first_name();
  const auto pass = [&](const char* name, const std::string& value) {
    machine.words.insert(machine.words.end(), {name, value});
    machine.spoken[name] = o.name;
  };
  if (option == "-S" || option == "--slf") machine.spoken["--on"] = o.name;
  if (option == "-S")
    take_hosts(machine, o.name, *o.value);
  else if (option == "--slf")
    take_host_file(machine, o, read);
  else if (option == "--ssh")
    pass("--ssh", *o.value);
  else if (option == "--transfer")
    pass("--send", "{}");
  else if (option == "--transferfile")
    pass("--send", *o.value);
  else if (option == "--basefile")
    pass("--send-once", *o.value);
  else if (option == "--return")
    pass("--return", *o.value);
  else if (option == "--cleanup")
    machine.words.emplace_back("--cleanup");
  else if (option == "--trc") {
    pass("--send", "{}");
    pass("--return", *o.value);
    machine.words.emplace_back("--cleanup");
  } else if (o.name == "--use-sockets-instead-of-threads")
    machine.counted = "--number-of-sockets";
  else if (option == "--use-cpus-instead-of-cores")
    machine.counted = "--number-of-cores";
  else
    return false;
  // The last one counts, as if there were no other.
  if (!machine.is_elsewhere() && !machine.hosts.empty())
    machine.cpus = machine.hosts.back().slots.value_or(0);
  return true;
}

bool parallel_machine::is_elsewhere() const {
  return std::ranges::any_of(hosts, [](const host& each) { return each.name != ":"; });
}

/// Of this machine alone nothing has to be copied: GNU parallel ignores these options, too.
std::vector<std::string> words_for(const parallel_machine& machine) {
  if (!machine.is_elsewhere()) return {};
  std::vector<std::string> words;
  for (const auto& [name, slots] : machine.hosts) {
    std::string place = name == ":" ? "local" : "ssh:" + name;
    if (slots) place += '/' + std::to_string(*slots);
    words.insert(words.end(), {"--on", std::move(place)});
  }
  words.insert(words.end(), machine.words.begin(), machine.words.end());
  return words;
}

}  // namespace weir
