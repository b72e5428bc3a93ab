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
  }
  void operator()(const timed_out& t) const {
    to.add(kind, "timed_out").add_seconds("limit", t.limit);
  }
  void operator()(const spawn_failed& f) const {
    to.add(kind, "spawn_failed").add("errno", f.error).add("error", describe(f));
    to.add("what", f.what);
    if (!f.step.empty()) to.add("step", f.step);
  }
  void operator()(const cancelled& c) const { to.add(kind, "cancelled").add("started", c.started); }
  void operator()(const skipped& s) const { to.add(kind, "skipped").add("reason", s.reason); }
  void operator()(const left_running& l) const { to.add(kind, "left_running").add("what", l.what); }
};

}  // namespace

void add_outcome(json_object& to, std::string_view kind, const outcome& how) {
  std::visit(outcome_members{to, kind}, how);
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
