#include "input/journal/journal_history.hpp"

#include <algorithm>
#include <utility>

namespace weir {

namespace {

constexpr std::uint64_t last_number = 1'000'000'000;

/// What a mark records: how a job ended; or, that much higher, that one which ended like this was
/// started again.
enum mark_kind : std::uint8_t { ended_well, ended_badly, ended_skipped, undone };

/// \returns 0 if it is too large.
std::uint32_t number_in_mark(std::uint64_t seq) {
  return seq <= last_number ? static_cast<std::uint32_t>(seq) : 0;
}

/// \param again as in journal_entry.
std::optional<mark_kind> mark_undone_by(std::string_view again) {
  if (again == "succeeded") return ended_well;
  if (again == "failed") return ended_badly;
  if (again == "skipped") return ended_skipped;
  return std::nullopt;
}

std::optional<mark_kind> mark_of(verdict judged) {
  switch (judged) {
    case verdict::succeeded:
      return ended_well;
    case verdict::failed:
      return ended_badly;
    case verdict::skipped:
      return ended_skipped;
    case verdict::cancelled:
    case verdict::not_started:
      break;
  }
  return std::nullopt;
}

}  // namespace

bool journal_history::take(std::string_view line) {
  ++lines_;
  const auto entry = parse_journal_line(line);
  if (!entry) {
    may_have_ends_ = true;
    return false;
  }
  if (entry->what == journal_entry::kind::run) {
    may_have_ends_ = may_have_ends_ && entry->resumed;
    if (entry->version != journal_version) other_version_ = entry->version;
    begin(*entry);
    return true;
  }
  if (entry->run != run_) {
    journal_entry unknown;
    unknown.run = entry->run;
    begin(unknown);
  }
  if (entry->what == journal_entry::kind::start) start(*entry);
  if (entry->what == journal_entry::kind::end) end(*entry);
  if (entry->what == journal_entry::kind::control && !entry->line.empty())
    added_.emplace_back(entry->seq, entry->line);
  if (entry->what == journal_entry::kind::finish) interrupted_ = false;
  return true;
}

void journal_history::begin(const journal_entry& run) {
  run_ = run.run;
  interrupted_ = true;
  last_pid_ = run.pid;
  last_start_ = run.at;
  last_dir_ = run.dir;
  ended_now_.clear();
  if (run.resumed) return;
  marks_.clear();
  open_.clear();
  other_ends_.clear();
  added_.clear();
  ended_ = 0;
}

void journal_history::start(const journal_entry& e) {
  if (const auto kind = mark_undone_by(e.again)) {
    marks_.push_back(
        {e.key, static_cast<std::uint8_t>(undone + *kind), lines_, number_in_mark(e.seq)});
    take_end(e.key, *kind, e.seq);
    if (ended_ > 0) --ended_;  // 0: the line with its end is damaged
  }
  if (e.again == "unfinished") close_start(e.key, e.seq);
  open_start& open = open_[e.key];
  open.seqs.push_back(e.seq);
  open.title = e.title();
}

void journal_history::end(const journal_entry& e) {
  if (e.last) {
    may_have_ends_ = true;
    if (ended_now_.size() < e.seq && e.seq <= last_number) ended_now_.resize(e.seq);
    if (e.seq > 0 && e.seq <= last_number) ended_now_[e.seq - 1] = true;
  }
  // Skipped because of a need: it never ran, and is decided on again.
  if (e.attempt == 0) return;
  close_start(e.key, e.seq);
  if (keeps_peaks_) learn_peak(e);
  if (!e.last) return;
  const auto kind = mark_of(e.judged);
  if (!kind) return;
  marks_.push_back({e.key, *kind, lines_, number_in_mark(e.seq)});
  if (e.how != outcome(exited{0}))
    other_ends_.emplace(std::pair(e.key, static_cast<std::uint8_t>(*kind)),
                        other_end{e.seq, std::make_shared<const outcome>(e.how)});
  ++ended_;
  ++timed_;
  time_ += e.took;
}

/// One that was cut off may have taken less than it would have.
void journal_history::learn_peak(const journal_entry& e) {
  if (e.usage.max_rss == 0) return;
  std::uint64_t& peak = peaks_[e.key];
  peak = e.judged == verdict::succeeded ? e.usage.max_rss : std::max(peak, e.usage.max_rss);
}

/// Removes and returns an end of that kind, of the job with that number if there is one, or else
/// the first; null: it was exit 0.
std::shared_ptr<const outcome> journal_history::take_end(const job_key& key, std::uint8_t what,
                                                         std::uint64_t seq) {
  const auto [first, last] = other_ends_.equal_range({key, what});
  if (first == last) return nullptr;
  auto one = std::find_if(first, last, [seq](const auto& each) { return each.second.seq == seq; });
  if (one == last) one = first;
  auto how = std::move(one->second.how);
  other_ends_.erase(one);
  return how;
}

std::shared_ptr<const outcome> journal_history::end_of(const job_key& key, earlier_run told) {
  switch (told) {
    case earlier_run::succeeded:
      return take_end(key, ended_well, taken_);
    case earlier_run::failed:
      return take_end(key, ended_badly, taken_);
    case earlier_run::skipped:
      return take_end(key, ended_skipped, taken_);
    default:
      return nullptr;
  }
}

/// Of the job with that number if there is one, or else the first.
void journal_history::close_start(const job_key& key, std::uint64_t seq) {
  const auto place = open_.find(key);
  if (place == open_.end()) return;
  std::vector<std::uint64_t>& seqs = place->second.seqs;
  const auto one = std::ranges::find(seqs, seq);
  seqs.erase(one == seqs.end() ? seqs.begin() : one);
  if (seqs.empty()) open_.erase(place);
}

bool journal_history::is_open(const job_key& key, std::uint64_t seq) const {
  const auto open = open_.find(key);
  return open != open_.end() && std::ranges::count(open->second.seqs, seq) > 0;
}

void journal_history::finish() {
  std::ranges::stable_sort(added_, {}, [](const auto& each) { return each.first; });
  std::sort(marks_.begin(), marks_.end(), [](const mark& a, const mark& b) {
    return std::pair(job_key(a.key), +a.line) < std::pair(job_key(b.key), +b.line);
  });
  std::size_t keys = 0;
  for (std::size_t i = 0; i < marks_.size(); ++i)
    keys += i == 0 || job_key(marks_[i].key) != job_key(marks_[i - 1].key) ? 1 : 0;
  jobs_.reserve(keys);
  std::vector<mark> same;  // of one key
  while (!marks_.empty()) {
    same.push_back(marks_.front());
    marks_.pop_front();  // frees its memory as the other grows
    if (!marks_.empty() && job_key(marks_.front().key) == job_key(same.front().key)) continue;
    jobs_.push_back(count(same));
    const job_key key = same.front().key;
    if (same.size() > 1 || open_.contains(key)) equals_.emplace(key, ends_of_equals(same));
    same.clear();
  }
}

/// Of the ends, as many as jobs were started again do not count: the oldest.
journal_history::counts journal_history::count(const std::vector<mark>& same) {
  counts all{same.front().key, {}, 0, 0};
  std::array<std::uint32_t, undone> started_again{};
  for (const mark& one : same)
    ++(one.what < undone ? all.left[one.what] : started_again[one.what - undone]);
  std::size_t old = 0;
  for (std::size_t kind = 0; kind < undone; ++kind) {
    const std::uint32_t fewer = std::min(all.left[kind], started_again[kind]);
    all.left[kind] -= fewer;
    old += fewer;
  }
  for (const mark& one : same) {
    if (one.what >= undone || (old > 0 && old-- > 0)) continue;
    if (all.first_line == 0) all.first_line = one.line;
    all.last_line = one.line;
  }
  return all;
}

/// Those that count, in order. What was started again is the end of the same job, or the oldest.
std::deque<journal_history::equal_end> journal_history::ends_of_equals(
    const std::vector<mark>& same) {
  std::deque<equal_end> ends;
  for (const mark& one : same)
    if (one.what < undone) ends.push_back({one.seq, one.what});
  for (const mark& one : same) {
    if (one.what < undone) continue;
    const auto is_kind = [&](const equal_end& e) { return e.what == one.what - undone; };
    auto gone = std::ranges::find_if(
        ends, [&](const equal_end& e) { return is_kind(e) && e.seq == one.seq; });
    if (gone == ends.end()) gone = std::ranges::find_if(ends, is_kind);
    if (gone != ends.end()) ends.erase(gone);
  }
  return ends;
}

journal_history::counts* journal_history::find(const job_key& key) {
  const auto place = std::ranges::lower_bound(jobs_, key, {}, &counts::key);
  return place == jobs_.end() || place->key != key ? nullptr : &*place;
}

journal_history::end_lines journal_history::lines_of(const job_key& key) {
  const counts* const ended = find(key);
  return ended == nullptr ? end_lines{} : end_lines{ended->first_line, ended->last_line};
}

/// Takes one of the ends; nullopt: there is none for this job.
std::optional<std::uint8_t> journal_history::take_known(counts& of, std::uint64_t seq) {
  taken_ = 0;
  const auto equals = equals_.find(of.key);
  std::deque<equal_end>* const ends = equals == equals_.end() ? nullptr : &equals->second;
  const auto take = [&](std::uint8_t what, auto end) {
    if (ends != nullptr && end != ends->end()) {
      taken_ = end->seq;
      ends->erase(end);
    }
    --of.left[what];
    return what;
  };
  if (ends != nullptr) {
    const auto own = std::ranges::find(*ends, seq, &equal_end::seq);
    if (seq > 0 && own != ends->end()) return take(own->what, own);
    if (is_open(of.key, seq)) return std::nullopt;
  }
  for (const std::uint8_t kind : {ended_well, ended_skipped, ended_badly}) {
    if (of.left.at(kind) == 0) continue;
    if (ends == nullptr) return take(kind, std::deque<equal_end>::iterator());
    return take(kind, std::ranges::find(*ends, kind, &equal_end::what));
  }
  return std::nullopt;
}

earlier_run journal_history::next(const job_key& key, std::uint64_t seq) {
  if (counts* const place = find(key)) {
    constexpr std::array<earlier_run, 3> fates{earlier_run::succeeded, earlier_run::failed,
                                               earlier_run::skipped};
    if (const auto kind = take_known(*place, seq)) return fates.at(*kind);
  }
  if (!open_.contains(key)) return earlier_run::unknown;
  close_start(key, seq);
  return earlier_run::unfinished;
}

end_test journal_history::knows() const {
  const auto begun = time_in_journal(last_start_);
  return [begun, ended = ended_now_](const row_mark& row) {
    if (row.started && (!begun || *row.started < *begun - as_good_as_same)) return true;
    return row.seq == 0 || row.seq > last_number || (row.seq <= ended.size() && ended[row.seq - 1]);
  };
}

std::uint64_t journal_history::unfinished() const {
  std::uint64_t count = 0;
  for (const auto& [key, open] : open_) count += open.seqs.size();
  return count;
}

std::vector<std::string> journal_history::unfinished_titles(std::size_t most) const {
  std::vector<std::string> titles;
  for (const auto& [key, open] : open_)
    if (titles.size() < most) titles.push_back(open.title);
  return titles;
}

std::optional<std::chrono::nanoseconds> journal_history::mean_time() const {
  if (timed_ == 0) return std::nullopt;
  return time_ / static_cast<std::int64_t>(timed_);
}

}  // namespace weir
