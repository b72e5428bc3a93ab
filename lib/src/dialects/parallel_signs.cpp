#include "dialects/parallel_signs.hpp"

#include <algorithm>
#include <array>

#include <weir/error.hpp>

namespace weir {

namespace {

void take_syntax(placeholder_syntax& syntax, const given_foreign_option& o) {
  const std::string_view option = o.option->first_name();
  if (option == "-I" || option == "-i") take_sign(syntax, o.value.value_or("{}"));
  // As with weir's own options, -I comes after these.
  if (option == "--rpl")
    syntax.tags.insert(syntax.tags.end() - (syntax.braces ? 0 : 1), parse_tag(*o.value));
  if (option == "--parens") take_parens(syntax, *o.value);
  if (option == "--plus") syntax.plus = true;
  if (option == "--header") syntax.names_to_come = true;
}

}  // namespace

bool take_sign_option(parallel_signs& signs, const given_foreign_option& o) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> known{
      {{"-U", "{.}"},
       {"--bnr", "{/}"},
       {"--dnr", "{//}"},
       {"--bner", "{/.}"},
       {"--seqreplace", "{#}"},
       {"--slotreplace", "{%}"}}};
  const auto* const found =
      std::ranges::find(known, o.option->first_name(), [](const auto& each) { return each.first; });
  if (found == known.end()) {
    take_syntax(signs.syntax, o);
    return false;
  }
  const std::string sign = o.value.value_or("{}");
  if (sign.empty()) throw usage_error(o.name + ": R must not be empty");
  if (sign != found->second) signs.replaced.emplace_back(sign, found->second);
  return true;
}

std::vector<std::string> words_for_hosts(parallel_signs& signs, const parallel_machine& machine,
                                         const std::vector<std::string>& command) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
      {{"{host}", ":"}, {"{sshlogin}", ":"}, {"{hgrp}", ""}, {"{agrp}", ""}}};
  std::vector<std::string> words;
  if (!signs.syntax.plus) return words;
  const auto has = [&](std::string_view sign) {
    return std::ranges::any_of(
        command, [&](const std::string& word) { return word.find(sign) != std::string::npos; });
  };
  for (const auto& [sign, here] : known) {
    if (!has(sign)) continue;
    if (machine.is_elsewhere())
      throw usage_error("--plus: found " + std::string(sign) +
                        ", expected none with -S: the command is filled in before it is known "
                        "where it will run; use $(hostname) in it");
    const std::string tag = std::string(sign) + " 1 $_=\"" + std::string(here) + '"';
    auto& tags = signs.syntax.tags;
    tags.insert(tags.end() - (signs.syntax.braces ? 0 : 1), parse_tag(tag));
    words.insert(words.end(), {"--rpl", tag});
  }
  return words;
}

std::string in_weirs_signs(const parallel_signs& signs, std::string text) {
  for (const auto& [sign, placeholder] : signs.replaced)
    for (std::size_t at = 0; (at = text.find(sign, at)) != std::string::npos;
         at += placeholder.size())
      text.replace(at, sign.size(), placeholder);
  return text;
}

}  // namespace weir
