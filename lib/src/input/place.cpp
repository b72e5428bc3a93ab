#include "input/place.hpp"

#include <algorithm>
#include <utility>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr unsigned most_slots = 100'000;

/// The word as given, and the name of its option.
struct given_word {
  std::string_view option;
  const std::string& text;

  [[noreturn]] void refuse(const std::string& expected) const {
    throw usage_error(std::string(option) + ": found \"" + escape_and_clip(text, 60) +
                      "\", expected " + expected);
  }
};

unsigned parse_slots(const std::string& text, const given_word& word) {
  try {
    return static_cast<unsigned>(parse_count(word.option, text, 1, most_slots));
  } catch (const usage_error&) {
    word.refuse("a number of slots, from 1 to 100000, after the /");
  }
}

/// HOST[/SLOTS]
place parse_host(std::string host, const given_word& word) {
  place one{place::kind::ssh, {}, {}, "ssh:" + host};
  if (const auto slash = host.rfind('/'); slash != std::string::npos) {
    one.slots = parse_slots(host.substr(slash + 1), word);
    host.resize(slash);
  }
  // A host that begins with a dash would be an option of ssh.
  if (host.empty() || host.starts_with('-')) word.refuse("ssh:HOST[/SLOTS],...");
  one.target = host;
  return one;
}

std::vector<place> parse_hosts(std::string_view hosts, const given_word& word) {
  std::vector<place> all;
  for (std::size_t begin = 0; begin <= hosts.size();) {
    const auto end = std::min(hosts.find(',', begin), hosts.size());
    all.push_back(parse_host(std::string(hosts.substr(begin, end - begin)), word));
    begin = end + 1;
  }
  return all;
}

}  // namespace

std::vector<place> parse_places(std::string_view option, const std::string& text) {
  const given_word word{option, text};
  constexpr std::string_view ssh = "ssh:";
  if (text.starts_with(ssh)) return parse_hosts(std::string_view(text).substr(ssh.size()), word);
  const auto colon = text.find(':');
  const std::string head = text.substr(0, colon);
  const auto slash = head.find('/');
  const std::string kind = head.substr(0, slash);
  const bool has_target = colon != std::string::npos;
  place one{place::kind::local, {}, {}, kind};
  if (kind == "exec" && has_target && colon + 1 < text.size()) {
    one.how = place::kind::exec;
    one.target = text.substr(colon + 1);
    one.title = escape_and_clip(text, 60);
  } else if (kind == "slurm" && !has_target) {
    one.how = place::kind::slurm;
  } else if (kind != "local" || has_target) {
    word.refuse("local[/SLOTS], ssh:HOST[/SLOTS],..., slurm[/SLOTS] or exec[/SLOTS]:COMMAND");
  }
  if (slash != std::string::npos) one.slots = parse_slots(head.substr(slash + 1), word);
  return {one};
}

}  // namespace weir
