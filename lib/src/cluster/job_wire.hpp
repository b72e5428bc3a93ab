/// The parts of a job, its settings and its outcome that go over the wire: the only such table.
///
/// Each struct is taken apart by a structured binding that names all of its members, so that a new
/// one (a limit, a nice value) does not compile until it is stated here whether a worker needs it.
/// Members it does not need are named and not sent.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <weir/event.hpp>
#include <weir/job_spec.hpp>
#include <weir/outcome.hpp>
#include <weir/process_settings.hpp>

#include "cluster/wire.hpp"

namespace weir {

template <>
struct wire_enum<leftover_rule> {
  static constexpr auto last = leftover_rule::fail;
};
template <>
struct wire_enum<output_mode> {
  static constexpr auto last = output_mode::raw;
};
template <>
struct wire_form<no_input> {
  static void pass(auto&, auto&) {}
};
template <>
struct wire_form<inherited_input> {
  static void pass(auto&, auto&) {}
};
template <>
struct wire_form<file_input> {
  static void pass(auto& wire, auto& value) {
    auto& [path] = value;
    wire(path);
  }
};
template <>
struct wire_form<text_input> {
  static void pass(auto& wire, auto& value) {
    auto& [text] = value;
    wire(text);
  }
};

template <>
struct wire_form<block_input> {
  static void pass(auto& wire, auto& value) {
    auto& [bytes, file, from, to, whole, opened_as] = value;
    wire(bytes, file, from, to, whole);
    static_cast<void>(opened_as);  // a descriptor of this process
  }
};
/// Only for this machine: the executor refuses such jobs.
template <>
struct wire_form<stream_input> {
  static void pass(auto&, auto&) {}
};

template <>
struct wire_form<io_priority> {
  static void pass(auto& wire, auto& value) {
    auto& [level_class, level] = value;
    wire(level_class, level);
  }
};
template <>
struct wire_form<resource_limit> {
  static void pass(auto& wire, auto& value) {
    auto& [resource, most] = value;
    wire(resource, most);
  }
};
template <>
struct wire_form<process_settings> {
  static void pass(auto& wire, auto& value) {
    auto& [nice, io, limits, umask, passed_environment, terminal, foreground] = value;
    static_cast<void>(foreground);  // such a job is never sent
    wire(nice, io, limits, umask, passed_environment, terminal);
  }
};
template <>
struct wire_form<std::shared_ptr<const process_settings>> {
  static void pass(wire_writer& wire, const std::shared_ptr<const process_settings>& value) {
    wire(value != nullptr);
    if (value) wire(*value);
  }
  static void pass(wire_reader& wire, std::shared_ptr<const process_settings>& value) {
    bool there = false;
    wire(there);
    auto read = there ? std::make_shared<process_settings>() : nullptr;
    if (read) wire(*read);
    value = std::move(read);
  }
};

template <>
struct wire_form<job_settings> {
  static void pass(auto& wire, auto& value) {
    auto& [shield, timeout, close_timeout, retry, env, dir, input, ok, skip, allow_failure,
           priority, weight, pools, claims, output, leftovers, process, again] = value;
    wire(shield, timeout, close_timeout, env, dir, input, ok, skip, leftovers, process);
    // For the engine, which a worker does not have.
    static_cast<void>(retry);
    static_cast<void>(allow_failure);
    static_cast<void>(priority);
    static_cast<void>(weight);
    static_cast<void>(pools);
    static_cast<void>(claims);
    static_cast<void>(output);
    static_cast<void>(again);
  }
};

template <>
struct wire_form<slot_mark> {
  static void pass(auto& wire, auto& value) {
    auto& [argument, offset] = value;
    wire(argument, offset);
  }
};

template <>
struct wire_form<argument_list> {
  static void pass(wire_writer& wire, const argument_list& value) { wire(value.bytes()); }
  static void pass(wire_reader& wire, argument_list& value) {
    std::string_view bytes;
    wire(bytes);
    while (!bytes.empty()) {
      const auto end = bytes.find('\0');
      value.push_back(bytes.substr(0, end));
      bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    }
  }
};

template <>
struct wire_form<job_spec> {
  static void pass(auto& wire, auto& value) {
    auto& [seq, argv, slot_marks, script, name, text, tag, item, settings, needs, key, earlier,
           earlier_end, refused] = value;
    wire(seq, argv, slot_marks, name);
    // settings have their own frame; the rest is for the engine and the records.
    static_cast<void>(script);
    static_cast<void>(text);
    static_cast<void>(tag);
    static_cast<void>(item);
    static_cast<void>(settings);
    static_cast<void>(needs);
    static_cast<void>(key);
    static_cast<void>(earlier);
    static_cast<void>(earlier_end);
    static_cast<void>(refused);  // such a job is never sent
  }
};

template <>
struct wire_form<exited> {
  static void pass(auto& wire, auto& value) {
    auto& [code] = value;
    wire(code);
  }
};
template <>
struct wire_form<signaled> {
  static void pass(auto& wire, auto& value) {
    auto& [signal, core_dumped] = value;
    wire(signal, core_dumped);
  }
};
template <>
struct wire_form<timed_out> {
  static void pass(auto& wire, auto& value) {
    auto& [limit] = value;
    wire(limit);
  }
};
template <>
struct wire_form<spawn_failed> {
  static void pass(auto& wire, auto& value) {
    auto& [error, what, step] = value;
    wire(error, what, step);
  }
};
template <>
struct wire_form<cancelled> {
  static void pass(auto& wire, auto& value) {
    auto& [started] = value;
    wire(started);
  }
};
template <>
struct wire_form<skipped> {
  static void pass(auto& wire, auto& value) {
    auto& [reason] = value;
    wire(reason);
  }
};
template <>
struct wire_form<left_running> {
  static void pass(auto& wire, auto& value) {
    auto& [what] = value;
    wire(what);
  }
};
template <>
struct wire_form<resource_usage> {
  static void pass(auto& wire, auto& value) {
    auto& [user, system, max_rss] = value;
    wire(user, system, max_rss);
  }
};
template <>
struct wire_form<process_left> {
  static void pass(auto& wire, auto& value) {
    auto& [seq, pid, command] = value;
    wire(seq, pid, command);
  }
};
template <>
struct wire_form<process_stuck> {
  static void pass(auto& wire, auto& value) {
    auto& [seq, pid, state] = value;
    wire(seq, pid, state);
  }
};
}  // namespace weir
