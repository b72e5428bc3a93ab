#include "input/place.hpp"

#include <algorithm>
#include <utility>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr unsigned most_slots = 100'000;
constexpr std::size_t longest_label = 64;
constexpr std::string_view form_of_labels =
    "one or more labels, such as gpu or gpu+big, after the last colon of a place";

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The word as given, and the name of its option.
struct given_word {
  std::string_view option;
  const std::string& text;

  [[noreturn]] void refuse(std::string_view expected) const {
    throw usage_error(std::string(option) + ": found \"" + escape_and_clip(text, 60) +
                      "\", expected " + std::string(expected));
  }
};

unsigned parse_slots(const std::string& text, const given_word& word) {
  try {
    return static_cast<unsigned>(parse_count(word.option, text, 1, most_slots));
  } catch (const usage_error&) {
    word.refuse("a number of slots, from 1 to 100000, after the /");
  }
}

/// LABEL+LABEL... \returns false if it is something else.
bool read_labels(std::string_view text, std::vector<std::string>& to) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('+', begin), text.size());
    const std::string_view label = text.substr(begin, end - begin);
    if (!is_label(label)) return false;
    if (std::ranges::find(to, label) == to.end()) to.emplace_back(label);
    begin = end + 1;
  }
  return true;
}

/// [/SLOTS][:LABELS]
void parse_end(std::string_view text, place& to, const given_word& word) {
  const auto colon = std::min(text.find(':'), text.size());
  if (text.starts_with('/')) to.slots = parse_slots(std::string(text.substr(1, colon - 1)), word);
  if (colon < text.size() && !read_labels(text.substr(colon + 1), to.labels))
    word.refuse(form_of_labels);
}

/// HOST[/SLOTS][:LABELS]. Of a host with several colons, an address, all of them are its own: it
/// has labels only after its slots.
place parse_host(const std::string& text, const given_word& word) {
  auto end = std::min(text.rfind('/'), text.size());
  if (end == text.size() && std::ranges::count(text, ':') == 1) end = text.find(':');
  place one{place::kind::ssh, text.substr(0, end), {}, {}, {}};
  // A host that begins with a dash would be an option of ssh.
  if (one.target.empty() || one.target.starts_with('-'))
    word.refuse("ssh:HOST[/SLOTS][:LABEL],...");
  parse_end(std::string_view(text).substr(end), one, word);
  one.title = "ssh:" + one.target;
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

/// exec[/SLOTS]:[LABELS:]COMMAND. What is before a colon in the command's first word is labels if
/// it can be.
place parse_exec(std::string_view head, std::string_view command, const given_word& word) {
  place one{place::kind::exec, {}, {}, {}, escape_and_clip(word.text, 60)};
  const auto colon = command.find(':');
  if (colon != std::string_view::npos && read_labels(command.substr(0, colon), one.labels))
    command.remove_prefix(colon + 1);
  else
    one.labels.clear();
  if (command.empty()) word.refuse("exec[/SLOTS]:[LABEL:]COMMAND");
  one.target = command;
  parse_end(head, one, word);
  return one;
}

}  // namespace

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= longest_label && is_ascii_letter(text.front()) &&
         std::ranges::all_of(text, [](char c) {
           return is_ascii_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
         });
}

std::string_view label_of_argument(std::string_view argument) {
  const auto colon = argument.find(":-");
  const std::string_view label = argument.substr(0, colon);
  return colon != std::string_view::npos && is_label(label) ? label : std::string_view();
}

bool is_for_place(const place& where, std::string_view& argument) {
  const std::string_view label = label_of_argument(argument);
  if (label.empty()) return true;
  argument.remove_prefix(label.size() + 1);
  return std::ranges::find(where.labels, label) != where.labels.end();
}

std::vector<place> parse_places(std::string_view option, const std::string& text) {
  const given_word word{option, text};
  const std::string_view all = text;
  constexpr std::string_view ssh = "ssh:";
  if (all.starts_with(ssh)) return parse_hosts(all.substr(ssh.size()), word);
  const std::string kind = text.substr(0, text.find_first_of("/:"));
  const std::string_view end = all.substr(kind.size());
  if (const auto colon = end.find(':'); kind == "exec" && colon != std::string_view::npos)
    return {parse_exec(end.substr(0, colon), end.substr(colon + 1), word)};
  if (kind != "local" && kind != "slurm")
    word.refuse(
        "local[/SLOTS], ssh:HOST[/SLOTS],..., slurm[/SLOTS] or exec[/SLOTS]:COMMAND, each with "
        ":LABEL after it or, of exec, before COMMAND");
  place one{kind == "local" ? place::kind::local : place::kind::slurm, {}, {}, {}, kind};
  parse_end(end, one, word);
  return {one};
}

}  // namespace weir
