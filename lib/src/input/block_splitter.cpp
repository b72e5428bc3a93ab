#include "input/block_splitter.hpp"

#include <algorithm>
#include <utility>

#include <re2/re2.h>

#include <weir/error.hpp>

#include "input/record_parser.hpp"
#include "text/size.hpp"

namespace weir {

namespace {

/// A larger block may never come: above this, memory grows as bytes arrive.
constexpr std::size_t most_reserved = std::size_t{64} << 20;

}  // namespace

block_splitter::block_splitter(block_rules rules, std::string name)
    : rules_(std::move(rules)),
      name_(std::move(name)),
      boundaries_(rules_),
      wants_header_(rules_.header_lines > 0 || !rules_.header.empty() || rules_.skips_first),
      window_(rules_.block) {
  if (rules_.group) group_.emplace(*rules_.group);
  if (!rules_.header.empty()) header_expression_ = compile_for_bytes("--header", rules_.header);
}

block_splitter::~block_splitter() = default;

std::optional<std::string> block_splitter::next() {
  if (!find_header()) return std::nullopt;
  for (;;) {
    auto size = cut();
    if (!size && finished_ && !rest().empty()) size = rest().size();
    if (!size) break;
    std::string block = take(*size);
    const bool nothing_is_left = rules_.removes && block.size() == header_.size();
    if (!nothing_is_left) return block;
  }
  buffer_.erase(0, std::exchange(at_, 0));
  return std::nullopt;
}

/// Reads no further than the block: bytes beyond it would have to be moved.
std::span<char> block_splitter::room(std::size_t most) {
  bytes_ = buffer_.size();
  const std::size_t wanting = window_ > bytes_ ? window_ - bytes_ : most;
  buffer_.resize(bytes_ + std::min(most, wanting));
  return std::span(buffer_).subspan(bytes_);
}

void block_splitter::feed(std::string_view bytes) {
  const std::size_t before = buffer_.size();
  buffer_ += bytes;
  if (rules_.drops_blank_lines) drop_blank_lines(before);
}

void block_splitter::filled(std::size_t count) {
  buffer_.resize(bytes_ + count);
  if (rules_.drops_blank_lines) drop_blank_lines(bytes_);
}

/// A last line without an end is kept, as by GNU parallel.
void block_splitter::finish() {
  buffer_ += std::exchange(blank_, {});
  finished_ = true;
}

void block_splitter::drop_blank_lines(std::size_t from) {
  const std::string fresh = std::exchange(blank_, {}) + buffer_.substr(from);
  buffer_.resize(from);
  for (std::string_view left = fresh; !left.empty();) {
    const std::size_t end = left.find('\n');
    const bool ends = end != std::string_view::npos;
    const std::string_view line = left.substr(0, ends ? end + 1 : end);
    left.remove_prefix(line.size());
    if (within_line_ || !is_white_space(line)) {
      buffer_ += line;
      within_line_ = !ends;
    } else if (!ends) {
      blank_ = line;
    }
  }
}

bool block_splitter::find_header() {
  if (!wants_header_) return true;
  if (rules_.skips_first && skipped_ == 0 && !skip_first()) return false;
  wants_header_ = rules_.header_lines > 0 || header_expression_;
  if (!wants_header_) return true;
  const std::size_t size = header_expression_ ? header_of_expression() : header_of_lines();
  if (size == 0) return false;
  header_ = buffer_.substr(0, size);
  at_ = size;
  taken_ += size;
  window_ = rules_.block;
  wants_header_ = false;
  if (group_) group_->find_column(header_, "--group-by");
  return true;
}

/// \returns false if its end has not come yet, or the input is empty.
bool block_splitter::skip_first() {
  const std::size_t end = std::min(buffer_.find('\n'), buffer_.size());
  if (end == buffer_.size()) {
    if (end > most()) refuse("the first line");
    if (!finished_) return false;
  }
  skipped_ = std::min(end + 1, buffer_.size());
  buffer_.erase(0, skipped_);
  taken_ = skipped_;
  return skipped_ > 0;
}

/// \returns its size in bytes; 0: it is not complete yet, or the input is empty.
std::size_t block_splitter::header_of_lines() {
  std::size_t end = 0;
  for (std::uint64_t lines = rules_.header_lines; lines > 0; --lines) {
    const auto found = buffer_.find('\n', end);
    if (found == std::string::npos) {
      if (buffer_.size() - end > most()) refuse("the header");
      return finished_ ? buffer_.size() : 0;
    }
    end = found + 1;
  }
  return end;
}

std::size_t block_splitter::header_of_expression() {
  for (;; grow("the header")) {
    if (buffer_.size() < window_ && !finished_) return 0;
    const std::size_t size = std::min(window_, buffer_.size());
    re2::StringPiece match;
    const re2::StringPiece bytes(buffer_.data(), size);
    if (header_expression_->Match(bytes, 0, size, RE2::ANCHOR_START, &match, 1) && !match.empty())
      return match.size();
    if (buffer_.empty()) return 0;
    if (size == buffer_.size() && finished_)
      throw usage_error(name_ + ": does not begin with a header that matches --header");
  }
}

/// Where the next block ends; nullopt: more bytes are needed, or there is no further boundary.
std::optional<std::size_t> block_splitter::cut() {
  return rules_.records > 0 && !rules_.regexp && !group_ ? cut_count() : cut_full();
}

/// Cuts after the required number of records, as soon as they have come.
std::optional<std::size_t> block_splitter::cut_count() {
  const std::string_view bytes = rest();
  while (counted_ < rules_.records) {
    const std::size_t end = boundaries_.next(bytes, whole_, std::max(whole_, searched_));
    if (end == 0) break;
    if (end - whole_ > most()) refuse("the record");
    whole_ = searched_ = end;
    ++counted_;
  }
  if (counted_ == rules_.records) return whole_;
  searched_ = std::max(whole_, bytes.size() - std::min(bytes.size(), boundaries_.overlap()));
  if (bytes.size() - whole_ > most()) refuse("the record");
  return std::nullopt;
}

/// Cuts at the last boundary within the window, or after the required number of records. What
/// expressions match must not depend on how many bytes happen to have come.
std::optional<std::size_t> block_splitter::cut_full() {
  for (;; grow("the record")) {
    const std::string_view bytes = rest();
    if (bytes.size() < window_ && !finished_) return std::nullopt;
    const bool all = bytes.size() < window_;
    // What is left at the end is one block, unless blocks need a certain number of records.
    if (all && rules_.records == 0 && rules_.lines == 0) return std::nullopt;
    const std::string_view window = bytes.substr(0, window_);
    const std::size_t end = group_ ? end_of_groups(window, all) : last_in(window);
    if (end > 0) return end;
    if (all) return std::nullopt;
  }
}

std::size_t block_splitter::last_in(std::string_view window) const {
  if (rules_.records > 0) {
    // What comes before the first start is not a record, but a block of its own.
    const bool whole = begun_ || boundaries_.begins(window);
    std::size_t end = 0;
    for (std::uint64_t left = whole ? rules_.records : 1; left > 0; --left) {
      end = boundaries_.next(window, end, end);
      // With more bytes the match could be longer.
      if (end == 0 || (end == window.size() && window.size() < rest().size() + !finished_))
        return 0;
    }
    return end;
  }
  if (rules_.lines == 0) return boundaries_.last(window);
  std::size_t end = 0;
  std::uint64_t lines = 0;
  for (std::size_t at = 0; (at = window.find('\n', at)) != std::string_view::npos;)
    if (++at; ++lines % rules_.lines == 0) end = at;
  return end;
}

/// Where the last group of whole lines begins, or the required number of groups ends; 0: more bytes
/// are needed.
/// \param all whether a last line without a newline is whole, too.
std::size_t block_splitter::end_of_groups(std::string_view window, bool all) const {
  const std::size_t size = all ? window.size() : window.rfind('\n') + 1;
  std::string_view lines = window.substr(0, size);
  std::size_t found = 0;
  std::uint64_t groups = 0;
  std::string_view before = group_->of(first_line(lines));
  for (std::size_t at = 0; !lines.empty();) {
    const std::string_view line = first_line(lines);
    const std::string_view value = group_->of(line);
    if (value != before) {
      before = value;
      found = at;
      if (++groups == rules_.records) return found;
    }
    at += line.size();
    lines.remove_prefix(line.size());
  }
  return rules_.records > 0 ? 0 : found;
}

std::size_t block_splitter::most() const noexcept {
  return std::max(rules_.block, rules_.longest);
}

void block_splitter::refuse(std::string_view what) const {
  refuse_record(name_, taken_ + whole_, most(), what);
}

void block_splitter::refuse_record(const std::string& name, std::uint64_t at, std::size_t most,
                                   std::string_view what) {
  throw usage_error(name + ": " + std::string(what) + " at byte " + std::to_string(at) +
                    " does not end within " + size_for_people(most) +
                    ": see --recend and --max-line");
}

/// \throws usage_error at the upper bound.
void block_splitter::grow(std::string_view what) {
  if (window_ >= most()) refuse(what);
  window_ = grown(window_, most());
}

std::size_t block_splitter::grown(std::size_t window, std::size_t most) {
  return std::min(most, window + (window * 3 + 9) / 10 + 1);
}

std::string block_splitter::take(std::size_t size) {
  std::string block;
  const std::string header = rules_.repeats_header ? header_ : "";
  // A large block is not copied; what follows it is.
  const bool moves = at_ == 0 && header.empty() && size >= buffer_.size() - size;
  if (moves) {
    std::string tail;
    const std::size_t next_block = finished_ ? 0 : std::min(rules_.block, most_reserved);
    tail.reserve(std::max(next_block, buffer_.size() - size) + (std::size_t{64} << 10));
    tail.append(buffer_, size);
    buffer_.resize(size);
    block = std::exchange(buffer_, std::move(tail));
  } else {
    block.reserve(header.size() + size);
    block.append(header).append(buffer_, at_, size);
    at_ += size;
  }
  taken_ += size;
  counted_ = whole_ = searched_ = 0;
  begun_ = true;
  if (!rules_.removes) return block;
  std::string records = block.substr(header.size());
  boundaries_.remove_from(records);
  return header + records;
}

}  // namespace weir
