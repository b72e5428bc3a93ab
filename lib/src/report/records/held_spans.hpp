/// For how long starts were held up, and by what.
///
/// What holds them up is told with figures that change, "memory (needs 3G, 2.1G free)": a span goes
/// on as long as the words before the parenthesis stay the same.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <weir/event.hpp>

#include "text/json_text.hpp"

namespace weir {

struct held_span {
  std::string by;     ///< "memory"
  std::string first;  ///< in full, as it began: "memory (needs 3G, 2.1G free)"
  std::chrono::steady_clock::time_point from;
  std::chrono::steady_clock::time_point to;
  std::size_t most = 0;  ///< jobs that waited at once
};

class held_spans {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// \returns the span that has ended, if one has.
  std::optional<held_span> take(const starts_held& e, time_point now) {
    const std::string_view by = e.by.substr(0, e.by.find(" ("));
    std::optional<held_span> ended;
    if (open_ && (e.jobs == 0 || open_->by != by)) ended = end(now);
    if (e.jobs == 0) return ended;
    if (!open_) open_ = held_span{std::string(by), std::string(e.by), now, now};
    open_->most = std::max(open_->most, e.jobs);
    return ended;
  }

  /// Ends the span that is open, if one is.
  std::optional<held_span> end(time_point now) {
    std::optional<held_span> ended = std::move(open_);
    open_.reset();
    if (ended) ended->to = now;
    return ended;
  }

 private:
  std::optional<held_span> open_;
};

/// The same, added up over a run.
class held_times {
 public:
  using time_point = held_spans::time_point;

  void take(const starts_held& e, time_point now) { add(spans_.take(e, now)); }

  /// An array: of each cause "by", "such_as" (in full, at first), "seconds" and "most" (jobs).
  /// Empty if nothing was ever held up.
  std::string json(time_point now) {
    add(spans_.end(now));
    std::string all;
    for (const auto& [by, sum] : sums_) {
      all += all.empty() ? '[' : ',';
      json_object row(all);
      row.add("by", by).add("such_as", sum.first).add_seconds("seconds", sum.time);
      row.add("most", sum.most);
      row.close();
    }
    return all.empty() ? all : all + ']';
  }

 private:
  struct total {
    std::string first;
    std::chrono::nanoseconds time{};
    std::size_t most = 0;
  };

  void add(const std::optional<held_span>& span) {
    if (!span) return;
    total& sum = sums_.try_emplace(span->by, total{span->first}).first->second;
    sum.time += span->to - span->from;
    sum.most = std::max(sum.most, span->most);
  }

  held_spans spans_;
  std::map<std::string, total> sums_;
};

}  // namespace weir
