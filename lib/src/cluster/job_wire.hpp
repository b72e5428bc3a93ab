/// What of a job, its settings and its outcome does not travel as it stands.
///
/// A struct is sent with all of its members (wire.hpp), so that a setting which is added reaches
/// the workers. Here is what they must not get, or what has to be written differently.
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

template <typename Shared>
struct wire_form<std::shared_ptr<const Shared>> {
  static void pass(wire_writer& wire, const std::shared_ptr<const Shared>& value) {
    wire(value != nullptr);
    if (value) wire(*value);
  }
  static void pass(wire_reader& wire, std::shared_ptr<const Shared>& value) {
    bool there = false;
    wire(there);
    auto read = there ? std::make_shared<Shared>() : nullptr;
    if (read) wire(*read);
    value = std::move(read);
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
           added, earlier_end, refused] = value;
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
    static_cast<void>(added);
    static_cast<void>(earlier_end);
    static_cast<void>(refused);  // such a job is never sent
  }
};

}  // namespace weir
