#include "input/placeholder_tags.hpp"

#include <array>
#include <utility>

#include <re2/re2.h>
#include <weir/error.hpp>

#include "input/expression_reader.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

/// \returns one past the parenthesis that closes the one at `open`; npos without one.
std::size_t end_of_group(std::string_view tag, std::size_t open) {
  unsigned depth = 0;
  for (std::size_t at = open; at < tag.size(); ++at) {
    if (tag[at] == '\\')
      ++at;
    else if (tag[at] == '(')
      ++depth;
    else if (tag[at] == ')' && --depth == 0)
      return at + 1;
  }
  return std::string_view::npos;
}

/// A tag as a regular expression: its groups already are.
std::string pattern_of(std::string_view tag) {
  std::string pattern;
  while (!tag.empty()) {
    const auto open = tag.find('(');
    const auto end = open == std::string_view::npos ? open : end_of_group(tag, open);
    if (end == std::string_view::npos) return pattern + RE2::QuoteMeta({tag.data(), tag.size()});
    pattern += RE2::QuoteMeta({tag.data(), open});
    pattern += tag.substr(open, end - open);
    tag.remove_prefix(end);
  }
  return pattern;
}

bool in_braces(std::string_view tag) {
  return tag.size() > 2 && tag.starts_with('{') && tag.ends_with('}');
}

std::string position_pattern(std::span<const std::string> names) {
  std::string pattern = "(-?[0-9]+";
  for (const std::string& name : names) pattern += '|' + RE2::QuoteMeta(name);
  return pattern + ")?";
}

std::shared_ptr<const RE2> compiled(const std::string& pattern, std::string_view tag) {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  auto expression = std::make_shared<const RE2>(pattern, options);
  if (expression->ok()) return expression;
  // RE2 goes on to quote the pattern, which nobody has typed.
  const std::string& why = expression->error();
  throw usage_error("--rpl: \"" + escape_and_clip(tag, 60) +
                    "\" is not a regular expression of RE2: " +
                    escape(std::string_view(why).substr(0, why.find(": "))));
}

std::shared_ptr<const RE2> pattern_for(std::string_view tag, std::span<const std::string> names) {
  if (in_braces(tag))
    return compiled("\\{" + position_pattern(names) + pattern_of(tag.substr(1)), tag);
  return compiled(pattern_of(tag), tag);
}

}  // namespace

void take_sign(placeholder_syntax& syntax, const std::string& sign) {
  if (sign.empty() || sign == "{}") return;
  syntax.braces = false;
  syntax.tags.push_back({sign, ""});
}

void take_parens(placeholder_syntax& syntax, const std::string& parens) {
  if (parens.empty()) return;
  if (parens.size() % 2 != 0)
    throw usage_error(
        "--parens: expected an opening and a closing sign of the same length in one word, such as "
        "{==}, found \"" +
        escape_and_clip(parens, 60) + '"');
  syntax.open = parens.substr(0, parens.size() / 2);
  syntax.close = parens.substr(parens.size() / 2);
}

tag_definition parse_tag(std::string_view text) {
  const auto blank = text.find(' ');
  tag_definition definition{
      std::string(text.substr(0, blank)),
      blank == std::string_view::npos ? "" : std::string(text.substr(blank + 1))};
  if (definition.tag.empty())
    throw usage_error("--rpl: expected 'TAG EXPR', found \"" + escape_and_clip(text, 60) + '"');
  compiled(pattern_of(definition.tag), definition.tag);
  return definition;
}

// As in GNU parallel 20221122, except that (?U:) makes suffixes match as little as possible.
std::span<const tag_definition> plus_tags() {
  static const std::array tags{
      tag_definition{"{+/}", "s:/[^/]*$:: || s:.*$::"},
      tag_definition{"{+.}", "s:.*\\.:: || s:.*$::"},
      tag_definition{"{+..}", "s:.*\\.([^/.]*\\.[^/.]*)$:$1: || s:.*$::"},
      tag_definition{"{+...}", "s:.*\\.([^/.]*\\.[^/.]*\\.[^/.]*)$:$1: || s:.*$::"},
      tag_definition{"{..}", "s:\\.[^/.]*\\.[^/.]*$::"},
      tag_definition{"{...}", "s:\\.[^/.]*\\.[^/.]*\\.[^/.]*$::"},
      tag_definition{"{/..}", "s:.*/::; s:\\.[^/.]*\\.[^/.]*$::"},
      tag_definition{"{/...}", "s:.*/::; s:\\.[^/.]*\\.[^/.]*\\.[^/.]*$::"},
      tag_definition{"{##}", "1 $_=total_jobs()"},
      tag_definition{"{0#}", std::string("1 $_=") + padded_seq},
      tag_definition{"{0%}", "$_=slot()"},
      tag_definition{"{choose_k}", every_rises},
      tag_definition{"{uniq}", every_differs},
      tag_definition{"{slot}", "$_=slot()"},
      tag_definition{"{:-([^}]+?)}", "$_ ||= $$1"},
      tag_definition{"{:(\\d+?)}", "substr($_,0,$$1) = \"\""},
      tag_definition{"{:(\\d+?):(\\d+?)}", "$_ = substr($_,$$1,$$2)"},
      tag_definition{"{##([^#}][^}]*?)}", "s/^$$1//"},
      tag_definition{"{#([^#}][^}]*?)}", "s/^(?U:$$1)(.*)/$1/"},
      tag_definition{"{%%([^}]+?)}", "s/$$1$//"},
      tag_definition{"{%([^}]+?)}", "s/(.*)(?U:$$1)$/$1/"},
      tag_definition{"{//([^}]+?)/([^}]*?)}", "s/$$1/$$2/g"},
      tag_definition{"{/#([^}]+?)/([^}]*?)}", "s/^$$1/$$2/g"},
      tag_definition{"{/%([^}]+?)/([^}]*?)}", "s/$$1$/$$2/g"},
      tag_definition{"{/([^#%}/]+?)/([^}]*?)}", "s/$$1/$$2/"},
      tag_definition{"{^^([^}]+?)}", "s/($$1)/uc($1)/eg"},
      tag_definition{"{^([^}]+?)}", "s/^($$1)/uc($1)/e"},
      tag_definition{"{,,([^}]+?)}", "s/($$1)/lc($1)/eg"},
      tag_definition{"{,([^}]+?)}", "s/^($$1)/lc($1)/e"},
  };
  return tags;
}

placeholder_tag::placeholder_tag(tag_definition definition, std::span<const std::string> names)
    : definition_(std::move(definition)),
      takes_position_(in_braces(definition_.tag)),
      pattern_(pattern_for(definition_.tag, names)) {}

std::optional<placeholder_tag::match> placeholder_tag::at(std::string_view text) const {
  const char first = definition_.tag.front();
  if (text.empty() || (first != '(' && text.front() != first)) return std::nullopt;
  std::vector<re2::StringPiece> found(
      static_cast<std::size_t>(1 + pattern_->NumberOfCapturingGroups()));
  if (!pattern_->Match({text.data(), text.size()}, 0, text.size(), RE2::ANCHOR_START, found.data(),
                       static_cast<int>(found.size())) ||
      found[0].empty())
    return std::nullopt;
  match result{found[0].size(), {}, {}};
  const std::size_t own = takes_position_ ? 2 : 1;
  if (takes_position_) result.position = {found[1].data(), found[1].size()};
  for (std::size_t i = own; i < found.size(); ++i) result.parameters.emplace_back(found[i]);
  return result;
}

}  // namespace weir
