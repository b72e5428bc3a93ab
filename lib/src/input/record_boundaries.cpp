#include "input/record_boundaries.hpp"

#include <algorithm>

#include <re2/re2.h>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

/// How much of a block to search at first for its last boundary: most records are shorter.
constexpr std::size_t first_tail = 4096;

std::string group(const std::string& expression) {
  return "(?:" + expression + ')';
}

re2::StringPiece piece(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace

std::unique_ptr<const re2::RE2> compile_for_bytes(std::string_view option,
                                                  const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingLatin1);
  auto compiled = std::make_unique<const RE2>("(?m)" + expression, options);
  if (compiled->ok()) return compiled;
  const RE2 as_typed(expression, options);  // RE2 quotes what it has got
  throw usage_error(std::string(option) + ": \"" + escape(expression) +
                    "\" is not a regular expression of RE2: " +
                    escape(as_typed.ok() ? compiled->error() : as_typed.error()));
}

struct record_boundaries::expressions {
  std::unique_ptr<const RE2> boundary;  ///< its first group is what a record ends with
  std::unique_ptr<const RE2> start;
  std::unique_ptr<const RE2> end_of_block;
};

record_boundaries::record_boundaries(const block_rules& rules)
    : start_(rules.start), end_(rules.end), between_(rules.end + rules.start) {
  if (!rules.regexp) return;
  // Each one separately, so that the message names the invalid one.
  compile_for_bytes("--recend", rules.end);
  compile_for_bytes("--recstart", rules.start);
  auto start = compile_for_bytes("--recstart", group(rules.start));
  expressions_ = std::make_unique<const expressions>(
      expressions{compile_for_bytes("--regexp", '(' + group(rules.end) + ')' + group(rules.start)),
                  std::move(start), compile_for_bytes("--recend", group(rules.end) + "\\z")});
}

record_boundaries::~record_boundaries() = default;
record_boundaries::record_boundaries(record_boundaries&&) noexcept = default;
record_boundaries& record_boundaries::operator=(record_boundaries&&) noexcept = default;

std::size_t record_boundaries::last(std::string_view bytes) const {
  if (!expressions_) {
    const auto at = bytes.rfind(between_);
    return at == std::string_view::npos ? 0 : at + end_.size();
  }
  for (std::size_t tail = first_tail;; tail *= 8) {
    const std::size_t from = bytes.size() - std::min(tail, bytes.size());
    if (const auto found = last_match(bytes, from); found > 0 || from == 0) return found;
  }
}

std::size_t record_boundaries::last_match(std::string_view bytes, std::size_t from) const {
  std::size_t found = 0;
  re2::StringPiece match[2];
  while (from <= bytes.size() && expressions_->boundary->Match(piece(bytes), from, bytes.size(),
                                                               RE2::UNANCHORED, match, 2)) {
    const auto end = static_cast<std::size_t>(match[1].data() - bytes.data()) + match[1].size();
    found = std::max(found, end);
    from = static_cast<std::size_t>(match[0].data() - bytes.data()) + 1;
  }
  return found;
}

std::size_t record_boundaries::next(std::string_view bytes, std::size_t record,
                                    std::size_t from) const {
  if (!expressions_) {
    // A record has at least one byte, even if it begins like the next one.
    const std::size_t first = end_.empty() ? std::max(from, record + 1) : from;
    const auto at = bytes.find(between_, first);
    return at == std::string_view::npos ? 0 : at + end_.size();
  }
  re2::StringPiece match[2];
  for (std::size_t at = from; at <= bytes.size(); ++at) {
    if (!expressions_->boundary->Match(piece(bytes), at, bytes.size(), RE2::UNANCHORED, match, 2))
      return 0;
    const auto end = static_cast<std::size_t>(match[1].data() - bytes.data()) + match[1].size();
    if (end > record) return end;
    at = static_cast<std::size_t>(match[0].data() - bytes.data());
  }
  return 0;
}

bool record_boundaries::begins(std::string_view bytes) const {
  if (!expressions_) return bytes.starts_with(start_);
  return expressions_->start->Match(piece(bytes), 0, bytes.size(), RE2::ANCHOR_START, nullptr, 0);
}

void record_boundaries::remove_from(std::string& block) const {
  if (expressions_) {
    RE2::GlobalReplace(&block, *expressions_->boundary, "");
    re2::StringPiece match;
    if (expressions_->start->Match(block, 0, block.size(), RE2::ANCHOR_START, &match, 1))
      block.erase(0, match.size());
    if (expressions_->end_of_block->Match(block, 0, block.size(), RE2::UNANCHORED, &match, 1))
      block.resize(static_cast<std::size_t>(match.data() - block.data()));
    return;
  }
  if (!between_.empty()) {
    std::string rest;
    rest.reserve(block.size());
    for (std::size_t at = 0;;) {
      const auto found = block.find(between_, at);
      rest.append(block, at, found - at);
      if (found == std::string::npos) break;
      at = found + between_.size();
    }
    block = std::move(rest);
  }
  if (block.starts_with(start_)) block.erase(0, start_.size());
  if (block.ends_with(end_)) block.resize(block.size() - end_.size());
}

}  // namespace weir
