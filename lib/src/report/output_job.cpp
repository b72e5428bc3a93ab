#include "report/output_job.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

#include "text/escape.hpp"

namespace weir {

namespace {

// Pieces queued for one slow writer at which even held jobs are made to wait.
constexpr std::size_t long_queue = 1024;

constexpr std::size_t widest_group_title = 120;

}  // namespace

output_job::output_job(output_shared& shared, const job_spec& job, unsigned slot, output_mode mode,
                       bool live)
    : shared_(shared),
      seq_(job.seq),
      tag_(job.tag.empty() ? std::string() : shown_tag(job.tag, slot)),
      mode_(mode),
      live_(live),
      result_(shared.options.names_results ? job.item.value_or("") : std::string()),
      streams_{stream(shared, 0), stream(shared, 1)} {
  if (!is_marked()) return;
  title_ = escape_and_clip_amid(title(job), widest_group_title);
  opened_ = std::chrono::system_clock::now();
}

output_job::~output_job() {
  if (waits_for_ != nullptr) std::erase(shared_.waiting, this);
}

output_job::stream::stream(output_shared& shared, std::size_t which)
    : held(*shared.space), to(shared.to[which]) {
  if (shared.guarded[which]) guard = shared.guards->guard();
}

/// A spool that cannot be written ends the run: this is reported once, and nothing is held any
/// more. What the job writes from then on would stand where the lost bytes were.
/// \returns false if the action failed, or was not tried any more.
template <typename Action>
bool output_job::guarded(Action action) {
  if (lost_ || (shared_.spools_failed && !live_)) return false;
  try {
    action();
    return true;
  } catch (const io_error& error) {
    shared_.spools_failed = lost_ = true;
    lose_held();
    shared_.failed(error);
    return false;
  }
}

void output_job::lose_held() {
  shared_.lose(seq_, held_bytes());
  for (stream& s : streams_) s.held.clear();
}

flow output_job::write(output_stream which, std::span<const char> bytes) {
  if (bytes.empty()) return waits_for_ != nullptr ? flow::wait : flow::more;
  if (shared_.options.silent) return flow::more;
  stream& s = of(which);
  s.wrote = s.attempt_wrote = true;
  s.ends_line = bytes.back() == '\n';
  if (s.guard) {
    shared_.passed.clear();
    s.guard->pass(bytes, shared_.passed);
    bytes = shared_.passed;
  }
  put(s, bytes);
  return answer(s);
}

void output_job::put(stream& s, std::span<const char> bytes) {
  if (bytes.empty()) return;
  if (passes_through(s)) s.tail.append(bytes);
  if (is_tagged()) {
    shared_.tagged.clear();
    append_tagged(tag_, bytes, s.tag_due, shared_.tagged);
    bytes = shared_.tagged;
  }
  const bool kept = guarded([&] {
    if (live_) follow(s);
    hand_over(s, [&] { emit(s, bytes); });
  });
  if (!kept) shared_.lose(seq_, bytes.size());
}

template <typename Action>
void output_job::hand_over(stream& s, Action action) {
  shared_.hand_over(seq_, *s.to, action);
}

void output_job::emit(stream& s, std::span<const char> bytes) {
  if (!live_)
    s.held.append(bytes);
  else if (mode_ == output_mode::line)
    emit_lines(s, bytes);
  else
    shared_.space->deliver(*s.to, bytes);
}

/// The last line is held until it is complete, so that no other job's bytes get into it.
void output_job::emit_lines(stream& s, std::span<const char> bytes) {
  const std::size_t newline = std::string_view(bytes.data(), bytes.size()).rfind('\n');
  if (newline == std::string_view::npos) return s.held.append(bytes);
  if (!s.held.empty()) s.held.move_to(*s.to);
  shared_.space->deliver(*s.to, bytes.first(newline + 1));
  if (newline + 1 < bytes.size()) s.held.append(bytes.subspan(newline + 1));
}

int output_job::splice_file(output_stream which) {
  if (passes_through(of(which)) || shared_.spools_failed || shared_.options.silent) return -1;
  return of(which).held.splice_file();
}

flow output_job::spliced(output_stream which, std::size_t count) {
  stream& s = of(which);
  s.wrote = s.wrote || count > 0;
  s.attempt_wrote = s.attempt_wrote || count > 0;
  s.held.spliced(count);
  return answer(s);
}

flow output_job::answer(stream& s) {
  if (waits_for_ != nullptr) return flow::wait;
  if (!holds_back(*s.to)) return flow::more;
  waits_for_ = s.to;
  shared_.waiting.push_back(this);
  return flow::wait;
}

/// Held jobs normally go on; only a reader with a very long queue holds them back, too.
bool output_job::holds_back(const writer& to) const noexcept {
  return to.congested() && (live_ || to.queue_length() >= long_queue || shared_.space->is_full());
}

void output_job::go_on() {
  waits_for_ = nullptr;
  if (resume) resume();
}

void output_job::go_live() {
  lost_ = lost_ || shared_.spools_failed;
  if (lost_) lose_held();  // and with it what follows
  guarded([&] {
    for (stream& s : streams_) {
      if (passes_through(s)) continue;
      const std::string last = s.last_bytes(tail_bytes + 1);  // one more, to show that it was cut
      s.tail.append(last);
      if (!last.empty()) s.ends_line = last.back() == '\n';
    }
  });
  live_ = true;
  guarded([&] {
    for (stream& s : streams_) {
      if (!s.held.empty()) follow(s);
      hand_over(s, [&] {
        mode_ == output_mode::line ? s.held.move_lines_to(*s.to) : s.held.move_to(*s.to);
      });
      s.before = 0;
    }
  });
}

/// Bytes of this stream go straight through next. What the other wrote last may have gone to the
/// same place without a newline, but a tag begins a line: so does what the other writes then.
void output_job::follow(stream& s) {
  const bool after_other = streams_share_lines() && last_ != nullptr && last_ != &s;
  if (after_other && is_tagged() && shared_.options.tag_ends_line && !last_->ends_line) {
    complete_last_line(*last_);
    last_->tag_due = true;
  }
  last_ = &s;
}

void output_job::end(verdict judged) {
  resume = nullptr;  // whoever waited has gone, though this may wait for its turn
  for (stream& s : streams_)
    if (s.guard) end_guard(s);
  if (!result_.empty()) put(streams_[0], result_ + (result_.ends_with('/') ? "stdout\n" : "\n"));
  guarded([&] {
    for (stream& s : streams_)
      if (ends_last_line(s)) complete_last_line(s);
  });
  if (is_marked()) mark_group(judged);
}

/// One group if both streams lead to one place, otherwise one for each. No group if nothing was
/// written.
void output_job::mark_group(verdict judged) {
  auto& [out, err] = streams_;
  const auto frame = [&](bool only_stderr) {
    return shared_.marks->around(
        {seq_, title_, only_stderr, judged, opened_, std::chrono::system_clock::now()});
  };
  if (out.to != err.to) {
    if (!out.held.empty()) out.frame = frame(false);
    if (!err.held.empty()) err.frame = frame(true);
    return;
  }
  if (holds_nothing()) return;
  group_frame whole = frame(false);
  (out.held.empty() ? err : out).frame.before = std::move(whole.before);
  (err.held.empty() ? out : err).frame.after = std::move(whole.after);
}

void output_job::end_guard(stream& s) {
  shared_.passed.clear();
  s.guard->end(shared_.passed);
  if (!shared_.passed.empty()) put(s, shared_.passed);
}

/// In the log of a CI system, what the next job writes may be a command if it begins a line.
bool output_job::ends_last_line(const stream& s) const {
  const bool in_log = s.guard && mode_ == output_mode::line;
  return in_log || (is_tagged() && shared_.options.tag_ends_line) || shared_.options.final_newline;
}

void output_job::complete_last_line(stream& s) {
  if (!s.wrote) return;
  if (streams_share_lines() && last_ != nullptr && last_ != &s) return;  // the line went on
  const std::string last = passes_through(s) ? std::string() : s.held.last_bytes(1);
  const bool ends_line = last.empty() ? s.ends_line : last.back() == '\n';
  if (ends_line) return;
  hand_over(s, [&] { emit(s, std::span("\n", 1)); });
  s.ends_line = true;
}

void output_job::wait_for_turn() {
  for (stream& s : streams_)
    if (!s.held.empty()) s.held.wait_for_turn();
}

stored_output output_job::store() {
  stored_output place;
  const bool stored = guarded([&] {
    place.offset = shared_.space->shared()->end();
    for (const std::size_t which : {0U, 1U}) place.lengths[which] = store(streams_[which]);
  });
  if (!stored) lose_held();
  return place;
}

std::uint64_t output_job::store(stream& s) {
  backlog& into = *shared_.space->shared();
  const std::uint64_t from = into.end();
  into.put(std::span<const char>(s.frame.before));
  s.held.store();
  into.put(std::span<const char>(s.frame.after));
  return into.end() - from;
}

void output_job::print() {
  const bool printed = guarded([&] {
    for (stream& s : streams_) hand_over(s, [&] { print(s); });
  });
  if (!printed) lose_held();
}

void output_job::print(stream& s) {
  if (!s.frame.before.empty()) shared_.space->deliver(*s.to, std::move(s.frame.before));
  s.held.move_to(*s.to);
  if (!s.frame.after.empty()) shared_.space->deliver(*s.to, std::move(s.frame.after));
}

std::string output_job::tail() {
  std::string lines;
  guarded([&] {
    const stream& err = streams_[1];
    const stream& chosen = err.attempt_wrote ? err : streams_[0];
    if (passes_through(chosen)) {
      lines = last_lines(chosen.tail.bytes(), chosen.tail.cut());
      return;
    }
    const std::string last = chosen.last_bytes(tail_bytes);
    lines = last_lines(last, last.size() < chosen.held.size() - chosen.before);
  });
  return lines;
}

std::string output_job::attempt_ended() {
  std::string lines = tail();
  for (stream& s : streams_) {
    s.attempt_wrote = false;
    s.before = s.held.size();
    s.tail = {};
  }
  if (shows_last_attempt()) drop_attempt();
  return lines;
}

void output_job::drop_attempt() {
  for (stream& s : streams_) {
    s.held.clear();
    s.before = 0;
    s.wrote = false;
    s.ends_line = s.tag_due = true;
  }
  if (!shown_.empty()) write(output_stream::out, shown_);
}

void output_job::show(std::string line) {
  write(output_stream::out, line);
  if (shows_last_attempt()) shown_ = std::move(line);
}

std::string output_job::stream::last_bytes(std::size_t most) const {
  return held.last_bytes(std::min<std::uint64_t>(most, held.size() - before));
}

}  // namespace weir
