#include "input/argv_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace weir {

namespace {

/// No system accepts arguments this large: they are refused, so the rest need not be built.
constexpr std::size_t beyond_any_limit = std::size_t{16} << 20;

/// Ends an argument after each item but the last, which stays in `argument` as the beginning of the
/// next one.
void append_split(std::string& argument, const placeholder& what, job_spec& job,
                  std::span<const std::string_view> items) {
  std::string memory;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) {
      job.argv.push_back(argument);
      argument.clear();
    }
    argument += value_of(what, items[i], job.seq, memory);
  }
}

}  // namespace

argv_plan::argv_plan(std::vector<template_word> words, many_items many, bool drops_missing)
    : drops_missing_(drops_missing) {
  for (auto& source : words) {
    auto classified = classify(std::move(source), many);
    if (words_.empty() && classified.what == word::kind::literal)
      fixed_.push_back(classified.source.pieces.front().literal);
    else
      words_.push_back(std::move(classified));
  }
}

argv_plan::word argv_plan::classify(template_word source, many_items many) {
  const auto& first = source.pieces.front();
  const bool has_items = std::ranges::any_of(source.pieces, [](const auto& piece) {
    return piece.what && piece.what->what == placeholder::kind::items;
  });
  auto what = word::kind::mixed;
  if (has_items && many == many_items::repeated) what = word::kind::repeated;
  if (has_items && many == many_items::split) what = word::kind::split;
  if (source.one_argument_each)
    what = word::kind::one_argument_each;
  else if (source.pieces.size() == 1 && !first.what)
    what = word::kind::literal;
  else if (source.pieces.size() == 1 && first.literal.empty() &&
           first.what->what == placeholder::kind::item)
    what = word::kind::item;
  return {what, std::move(source)};
}

void argv_plan::fill(job_spec& job, std::span<const std::string_view> items) const {
  job.argv = fixed_;
  append_words(job, items);
  if (job.argv.empty())
    job.argv.push_back("");  // `{}` without an item: fails like any missing program
}

void argv_plan::append(job_spec& job, std::span<const std::string_view> items) const {
  if (!fixed_.empty())
    for (const auto& argument : fixed_.to_vector()) job.argv.push_back(argument);
  append_words(job, items);
}

void argv_plan::append_words(job_spec& job, std::span<const std::string_view> items) const {
  std::string memory;
  for (const auto& [what, source] : words_) {
    if (job.argv.bytes().size() > beyond_any_limit) return;
    const auto& first = source.pieces.front();
    switch (what) {
      case word::kind::literal:
        job.argv.push_back(first.literal);
        break;
      case word::kind::one_argument_each:
        for (const auto item : items)
          job.argv.push_back(value_of(*first.what, item, job.seq, memory));
        break;
      case word::kind::item:
        if (const auto item = pick(items, first.what->index))
          job.argv.push_back(value_of(*first.what, *item, job.seq, memory));
        else if (!drops_missing_)
          job.argv.push_back("");
        break;
      case word::kind::repeated:
        for (const auto& item : items) fill_mixed(source, job, {&item, 1});
        break;
      case word::kind::split:
        fill_mixed(source, job, items, true);
        break;
      case word::kind::mixed:
        fill_mixed(source, job, items);
        break;
    }
  }
}

void argv_plan::fill_mixed(const template_word& source, job_spec& job,
                           std::span<const std::string_view> items, bool splits) {
  std::string argument;
  for (const auto& [literal, what] : source.pieces) {
    if (argument.size() > beyond_any_limit) break;
    argument += literal;
    if (!what) continue;
    if (what->what == placeholder::kind::seq)
      argument += std::to_string(job.seq);
    else if (what->what == placeholder::kind::slot)
      job.slot_marks.push_back({static_cast<std::uint32_t>(job.argv.size()),
                                static_cast<std::uint32_t>(argument.size())});
    else if (splits && what->what == placeholder::kind::items)
      append_split(argument, *what, job, items);
    else
      append_value(argument, *what, items, job.seq);
  }
  job.argv.push_back(argument);
}

bool argv_plan::repeats() const noexcept {
  return std::ranges::any_of(words_,
                             [](const word& each) { return each.what == word::kind::repeated; });
}

std::int32_t argv_plan::farthest_item() const noexcept {
  std::int32_t farthest = 0;
  for (const auto& [what, source] : words_)
    for (const auto& piece : source.pieces)
      if (piece.what) farthest = farther(farthest, *piece.what);
  return farthest;
}

}  // namespace weir
