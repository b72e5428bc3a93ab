#include "text/outcome_json.hpp"

#include <variant>

namespace weir {

namespace {

struct outcome_members {
  json_object& to;
  std::string_view kind;

  void operator()(const exited& e) const { to.add(kind, "exited").add("code", e.code); }
  void operator()(const signaled& s) const {
    to.add(kind, "signaled").add("signal", s.signal).add("core_dumped", s.core_dumped);
    if (s.for_memory) to.add("for_memory", true);
  }
  void operator()(const timed_out& t) const {
    to.add(kind, "timed_out").add_seconds("limit", t.limit);
  }
  void operator()(const spawn_failed& f) const {
    to.add(kind, "spawn_failed").add("errno", f.error).add("error", describe(f));
    to.add("what", f.what);
    if (!f.step.empty()) to.add("step", f.step);
  }
  void operator()(const cancelled& c) const {
    to.add(kind, "cancelled").add("started", c.started);
    if (c.by_ctl) to.add("by_ctl", true);
    if (c.signal != 0) to.add("signal", c.signal);
  }
  void operator()(const skipped& s) const { to.add(kind, "skipped").add("reason", s.reason); }
  void operator()(const left_running& l) const { to.add(kind, "left_running").add("what", l.what); }
};

}  // namespace

void add_outcome(json_object& to, std::string_view kind, const outcome& how) {
  std::visit(outcome_members{to, kind}, how);
}

void add_group_usage(json_object& to, const group_usage* used) {
  if (used == nullptr) return;
  json_object group(to.key("cgroup"));
  const auto add = [&](std::string_view key, const std::optional<std::uint64_t>& number) {
    if (number) group.add(key, *number);
  };
  add("memory_peak", used->memory_peak);
  if (used->user) group.add_seconds("user", *used->user);
  if (used->system) group.add_seconds("system", *used->system);
  add("read", used->read);
  add("written", used->written);
  add("oom_kills", used->oom_kills);
  group.close();
}

void append_json(std::string& to, const argument_list& argv) {
  to += '[';
  std::string_view left = argv.bytes();
  for (bool first = true; !left.empty(); first = false) {
    const std::size_t end = left.find('\0');
    if (!first) to += ',';
    append_json(to, left.substr(0, end));
    left.remove_prefix(end + 1);
  }
  to += ']';
}

}  // namespace weir
