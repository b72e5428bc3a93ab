#include "input/manifest/graph.hpp"

#include <fmt/format.h>

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

std::string arrow(const need& n, std::uint64_t seq) {
  const std::string_view label = n.on == need_on::success ? "" : to_string(n.on);
  return fmt::format("  j{} -> j{}{};\n", n.seq, seq,
                     label.empty() ? "" : fmt::format(" [label=\"{}\", style=dashed]", label));
}

}  // namespace

std::string to_dot(const manifest& m) {
  std::string out = "digraph weir {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const manifest_job& job : m.jobs) {
    const bool shield = job.spec.settings->shield;
    out += fmt::format("  j{} [label={}{}];\n", job.spec.seq, dot_string(title(job.spec)),
                       shield ? ", peripheries=2" : "");
  }
  for (const manifest_job& job : m.jobs)
    for (const need& n : job.spec.needs) out += arrow(n, job.spec.seq);
  return out + "}\n";
}

}  // namespace weir
