#include "limit_file.hpp"

#include <chrono>
#include <fstream>

#include <weir/error.hpp>

#include "input/limit.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

constexpr auto between_readings = std::chrono::seconds(1);

/// The first word of the file. nullopt if it cannot be read.
std::optional<std::string> word_in(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  std::string word;
  file.width(100);
  file >> word;
  return word;
}

}  // namespace

std::optional<unsigned> limit_in_file(const std::string& option, const std::string& text,
                                      unsigned cpus) {
  struct stat about {};
  if (::stat(text.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
  const auto word = word_in(text);
  if (!word) return std::nullopt;
  return parse_limit(option + ": " + escape(text), *word, cpus);
}

void limit_file::watch(inbox& to) {
  to_ = &to;
  seen_ = look();
  wait();
}

void limit_file::wait() {
  timers_.schedule(next_, between_readings, [this] {
    read_if_changed();
    wait();
  });
}

/// If the file has gone, as between two writes of an editor, nothing has changed.
limit_file::stamp limit_file::look() const {
  struct stat about {};
  if (::stat(path_.c_str(), &about) != 0) return seen_;
  return {about.st_ino, about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec};
}

void limit_file::read_if_changed() {
  const stamp now = look();
  if (now == seen_) return;
  seen_ = now;
  try {
    const auto limit = limit_in_file(option_, path_, cpus_);
    if (!limit) return;
    to_->take(limit_set{*limit == no_limit ? std::nullopt : std::optional<std::size_t>(*limit)});
  } catch (const usage_error& error) {
    to_->take(warning{error.what()});
  }
}

}  // namespace weir::cli
