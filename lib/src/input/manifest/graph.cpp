#include "input/manifest/graph.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "input/manifest/need_choice.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

// A string in DOT: only the quote and the backslash are special in it.
std::string dot_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : escape(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Of the arrows into a job that say "any" one is enough; where it has several such choices they are
// numbered.
std::string arrows(const job_spec& job) {
  std::vector<std::span<const need>> choices;
  for (std::span needs(job.needs); !needs.empty(); needs = needs.subspan(choices.back().size()))
    choices.push_back(first_choice(needs));
  const auto several = [](std::span<const need> choice) { return choice.size() > 1; };
  const bool numbered = std::ranges::count_if(choices, several) > 1;
  std::string out;
  std::size_t number = 0;
  for (const std::span<const need> choice : choices) {
    std::string label;
    if (several(choice)) label = numbered ? fmt::format("any {} ", ++number) : "any ";
    if (choice.front().on != need_on::success) label += to_string(choice.front().on);
    if (label.ends_with(' ')) label.pop_back();
    for (const need& n : choice)
      out += fmt::format("  j{} -> j{}{};\n", n.seq, job.seq,
                         label.empty() ? "" : fmt::format(" [label=\"{}\", style=dashed]", label));
  }
  return out;
}

}  // namespace

std::string to_dot(const manifest& m) {
  std::string out = "digraph weir {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const manifest_job& job : m.jobs) {
    const bool shield = job.spec.settings->shield;
    out += fmt::format("  j{} [label={}{}];\n", job.spec.seq, dot_string(title(job.spec)),
                       shield ? ", peripheries=2" : "");
  }
  for (const manifest_job& job : m.jobs) out += arrows(job.spec);
  return out + "}\n";
}

}  // namespace weir
