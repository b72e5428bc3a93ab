#include "input/halt.hpp"

#include <optional>

#include "text/number.hpp"

namespace weir {

namespace {

using urgency = halt_rule::urgency;
using halt_event = halt_rule::event;

std::optional<urgency> urgency_of(std::string_view word) {
  if (word == "soon") return urgency::soon;
  if (word == "now") return urgency::now;
  return std::nullopt;
}

std::optional<halt_event> event_of(std::string_view word) {
  if (word == "fail") return halt_event::fail;
  if (word == "success") return halt_event::success;
  if (word == "done") return halt_event::done;
  return std::nullopt;
}

/// Reads "3" or "30%" into `rule`.
bool read_amount(std::string_view text, halt_rule& rule) {
  const auto number = take_digits(text);
  rule.percent = text == "%";
  if (!number || *number == 0 || (!text.empty() && !rule.percent)) return false;
  rule.count = *number;
  return !rule.percent || *number <= 100;
}

std::optional<halt_rule> old_form(std::string_view text) {
  if (text == "never" || text == "0") return halt_rule{};
  if (text == "1") return halt_rule{urgency::soon, halt_event::fail, 1, false};
  if (text == "2") return halt_rule{urgency::now, halt_event::fail, 1, false};
  if (text == "-1") return halt_rule{urgency::soon, halt_event::success, 1, false};
  if (text == "-2") return halt_rule{urgency::now, halt_event::success, 1, false};
  halt_rule share{urgency::soon, halt_event::fail, 0, false};
  if (read_amount(text, share) && share.percent) return share;
  return std::nullopt;
}

std::optional<halt_rule> full_form(std::string_view text) {
  const auto comma = text.find(',');
  const auto equals = text.find('=');
  if (comma == std::string_view::npos || equals == std::string_view::npos || equals < comma)
    return std::nullopt;
  const auto when = urgency_of(text.substr(0, comma));
  const auto what = event_of(text.substr(comma + 1, equals - comma - 1));
  if (!when || !what) return std::nullopt;
  halt_rule rule{*when, *what, 0, false};
  if (!read_amount(text.substr(equals + 1), rule)) return std::nullopt;
  return rule;
}

}  // namespace

halt_rule parse_halt(std::string_view option, std::string_view text) {
  if (const auto rule = old_form(text)) return *rule;
  if (const auto rule = full_form(text)) return *rule;
  refuse_value(option, text, "a halt rule",
               "never, or now|soon,fail|success|done=N or =N% with N from 1, such as now,fail=1");
}

}  // namespace weir
