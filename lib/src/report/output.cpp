#include "report/output.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include <boost/asio/post.hpp>

#include "input/shown_line.hpp"

namespace weir {

output::output(writer& out, writer& err, spool_space& space, output_options options) {
  shared_.to = {&out, &err};
  shared_.space = &space;
  shared_.options = options;
  shared_.failed = [this](const io_error& error) {
    // Not while the producer is still inside write.
    boost::asio::post(shared_.to[0]->executor(),
                      [this, alive = std::weak_ptr<bool>(alive_), error] {
                        if (!alive.expired()) on_failed(error);
                      });
  };
  for (writer* to : shared_.to) {
    to->advanced = [this] { on_advanced(); };
    to->failed = [this](const io_error& error) { on_failed(error); };
  }
}

output::~output() {
  for (writer* to : shared_.to) {
    to->advanced = nullptr;
    to->failed = nullptr;
  }
}

void output::report_to(inbox& to) {
  inbox_ = &to;
  shared_.space->on_elsewhere = [&to](const std::string& text) { to.take(warning{text}); };
}

output_sink* output::open(const job_spec& job, unsigned slot) {
  const bool own_mode = job.settings && job.settings->output;
  const output_mode mode = own_mode ? *job.settings->output : shared_.options.mode;
  if (mode == output_mode::raw) {
    if (is_ordered()) absent(job.seq);
    if (shared_.options.shows_line) show_line(job, slot, nullptr);
    return nullptr;
  }
  turn* mine = is_ordered() ? turn_of(job.seq) : nullptr;
  const bool first = is_ordered() ? mine == nullptr || job.seq == head_
                                  : shared_.options.live || mode == output_mode::line;
  const bool held = mode == output_mode::group && (is_marked(mode) || shared_.options.last_attempt);
  const bool live = first && !held;
  auto opened = std::make_unique<output_job>(shared_, job, slot, mode, live);
  auto& place = mine != nullptr ? mine->job : running_.emplace_back();
  place = std::move(opened);
  if (shared_.options.shows_line) show_line(job, slot, place.get());
  return place.get();
}

/// Prints the line as if the job had written it. \param into null if nothing of the job passes
/// through here.
void output::show_line(const job_spec& job, unsigned slot, output_job* into) {
  std::string line = shown_text(job, slot) + '\n';
  if (into != nullptr) return into->show(std::move(line));
  shared_.hand_over(job.seq, *shared_.to[0], [&] { shared_.space->deliver(*shared_.to[0], line); });
}

/// \returns null if the turn is over because the job was reported absent.
output::turn* output::turn_of(std::uint64_t seq) {
  if (seq < head_) return nullptr;
  const std::uint64_t place = seq - head_;
  if (place >= turns_.size()) turns_.resize(place + 1);
  return &turns_[place];
}

std::string output::close(output_sink& sink, verdict judged, bool want_tail) {
  auto& job = static_cast<output_job&>(sink);
  job.end(judged);
  std::string tail = want_tail ? job.tail() : std::string();
  if (const auto mine = std::find_if(running_.begin(), running_.end(),
                                     [&](const auto& each) { return each.get() == &job; });
      mine != running_.end()) {
    job.print();
    std::swap(*mine, running_.back());
    running_.pop_back();
    return tail;
  }
  turn* mine = turn_of(job.seq());
  assert(mine != nullptr && mine->job.get() == &job);
  mine->over = true;
  if (job.seq() != head_) hold(*mine);
  advance();
  return tail;
}

std::string output::attempt_ended(output_sink& sink) {
  return static_cast<output_job&>(sink).attempt_ended();
}

void output::hold(turn& ended) {
  if (!ended.job->holds_nothing() && shared_.space->has_room()) return ended.job->wait_for_turn();
  if (!ended.job->holds_nothing()) ended.stored = ended.job->store();
  ended.job = nullptr;
}

void output::print(turn& ended, std::uint64_t seq) {
  if (ended.job) return ended.job->print();
  if (shared_.spools_failed)  // it would stand in a line, the rest of which was lost
    return shared_.lose(seq, ended.stored.lengths[0] + ended.stored.lengths[1]);
  std::uint64_t offset = ended.stored.offset;
  for (const std::size_t which : {0U, 1U}) {
    const std::uint64_t length = ended.stored.lengths[which];
    if (length > 0)
      shared_.hand_over(seq, *shared_.to[which], [&] {
        shared_.to[which]->send({shared_.space->shared(), offset, length});
      });
    offset += length;
  }
}

void output::absent(std::uint64_t seq) {
  if (!is_ordered()) return;
  turn* const mine = turn_of(seq);
  if (mine == nullptr || mine->job) return;
  mine->over = true;
  advance();
}

/// Prints the jobs at the head that have ended, as long as the outputs take it, and lets the first
/// that has not ended go live.
void output::advance() {
  while (!turns_.empty() && turns_.front().over && !congested()) {
    print(turns_.front(), head_);
    turns_.pop_front();
    ++head_;
  }
  if (turns_.empty()) return;
  turn& first = turns_.front();
  if (!first.over && first.job && first.job->may_go_live()) first.job->go_live();
}

bool output::congested() const noexcept {
  return shared_.to[0]->congested() || shared_.to[1]->congested();
}

void output::on_advanced() {
  advance();
  auto& waiting = shared_.waiting;
  // Jobs that have to go on waiting, or wait for the other writer, keep their places.
  for (std::size_t left = waiting.size(); left > 0 && !waiting.empty(); --left) {
    output_job* const job = waiting.front();
    waiting.pop_front();
    if (job->is_held_back())
      waiting.push_back(job);
    else
      job->go_on();
  }
}

void output::on_failed(const io_error& error) {
  if (std::exchange(told_failure_, true)) return;
  if (inbox_ != nullptr) inbox_->take(output_failed{error.code().value(), error.what()});
}

awaitable<void> output::finish() {
  for (turn& each : turns_)
    if (!each.job) each.over = true;
  advance();
  for (;;) {
    for (writer* to : shared_.to) co_await to->drain();
    advance();
    const bool sent = shared_.to[0]->queue_length() == 0 && shared_.to[1]->queue_length() == 0;
    const bool more = !turns_.empty() && turns_.front().over;
    if (sent && !more) co_return;
  }
}

unwritten_bytes output::unwritten() const {
  unwritten_bytes left;
  for (std::size_t i = 0; i < writers(); ++i)
    if (shared_.to[i]->error() == 0) shared_.waits[i].count(shared_.to[i]->sent(), left);
  for (const auto& job : running_)
    if (!job->holds_nothing()) left[job->seq()] += job->held_bytes();
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    const turn& each = turns_[i];
    const std::uint64_t held =
        each.job ? each.job->held_bytes() : each.stored.lengths[0] + each.stored.lengths[1];
    if (held > 0) left[head_ + i] += held;
  }
  return left;
}

unwritten_bytes output::lost() const {
  unwritten_bytes all = shared_.lost;
  for (std::size_t i = 0; i < writers(); ++i)
    if (output_shared::has_lost(*shared_.to[i])) shared_.waits[i].count(shared_.to[i]->sent(), all);
  return all;
}

void output::drop() {
  head_ += turns_.size();
  turns_.clear();
  for (writer* to : shared_.to) to->drop_queue();
  // An output that fails later has not lost it once more.
  for (std::size_t i = 0; i < writers(); ++i)
    if (shared_.to[i]->error() == 0) shared_.waits[i] = {};
}

void output::mark_groups(const group_marks& marks) {
  shared_.marks = &marks;
  shared_.options.final_newline = true;  // a mark has to be at the start of a line
}

void output::guard(const group_marks& from, std::array<bool, 2> streams) {
  shared_.guards = &from;
  shared_.guarded = streams;
}

void output::show_below(footer* shown) {
  for (writer* to : shared_.to) to->show_below(shown);
}

bool output::is_amid_footer() const noexcept {
  return shared_.to[0]->is_amid_footer() || shared_.to[1]->is_amid_footer();
}

}  // namespace weir
