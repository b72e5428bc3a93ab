#include "report/records/result_directory.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "files/private_directory.hpp"
#include "files/record_file.hpp"
#include "loop/spare_descriptors.hpp"
#include "report/records/result_claims.hpp"
#include "report/records/result_name.hpp"
#include "report/records/result_text.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::size_t most_pending_of_a_stream = 64 * 1024;
constexpr std::size_t most_pending = std::size_t{8} << 20;
constexpr std::size_t written_at_once = 64;  // running jobs whose buffers are written in one go
constexpr std::array<const char*, 2> stream_file_names{"stdout", "stderr"};

private_directory open_directory(const std::string& path) {
  try {
    auto directory = private_directory::make(path);
    lock_record(directory.fd(), path);
    return directory;
  } catch (const io_error& error) {
    throw usage_error(fmt::format("{} cannot be used: {}", escape(path), error.code().message()));
  }
}

class result_directory final : public record {
 public:
  explicit result_directory(const record_settings& settings)
      : settings_(settings),
        directory_(open_directory(settings.path)),
        spares_(directory_.fd()),
        claims_(directory_, settings.run.id()) {}

  end_turn turn() const noexcept override { return end_turn::results; }

 private:
  struct stream {
    std::string buffer;
    bool made = false;
  };
  struct job {
    std::string place;  ///< the directory's name
    std::array<stream, 2> streams;
    std::string failed_attempt;  ///< outcome.json of the previous attempt
    bool due = false;            ///< listed in due_
  };
  using jobs = std::unordered_map<std::uint64_t, job>;

  void take(const event& e) override {
    try {
      keep(e);
    } catch (const io_error&) {
      check_still_there();  // has a better message
      throw;
    }
  }

  void keep(const event& e) {
    if (const auto* wrote = std::get_if<job_output>(&e))
      keep(wrote->job.seq, wrote->which, {wrote->bytes.data(), wrote->bytes.size()});
    else if (const auto* started = std::get_if<attempt_started>(&e))
      begin(*started);
    else if (const auto* failed_one = std::get_if<attempt_failed>(&e))
      note(*failed_one);
    else if (const auto* ended = std::get_if<job_ended>(&e))
      end(*ended);
  }

  job& claim(const job_spec& spec) {
    job& mine = running_[spec.seq];
    spares_.lend([&] { mine.place = claims_.claim(result_name(spec)); });
    return mine;
  }

  void begin(const attempt_started& e) {
    if (e.attempt == 1) {
      const job& mine = claim(e.job);
      if (settings_.places) settings_.places->of.insert_or_assign(e.job.seq, mine.place);
      return;
    }
    // A job's result is that of its last attempt: what the one before wrote is moved aside.
    job& mine = running_.at(e.job.seq);
    spares_.lend([&] { set_aside(directory_.enter(mine.place), mine, e); });
  }

  /// Kept until the next attempt starts: there may be none.
  void note(const attempt_failed& e) {
    std::string& text = running_.at(e.job.seq).failed_attempt;
    text.clear();
    json_object outcome(text);
    outcome.add("run", settings_.run.id());
    add_attempt(outcome, e.attempt, e.result, settings_);
    outcome.close();
    text += '\n';
  }

  void set_aside(const private_directory& place, job& mine, const attempt_started& next) {
    write_streams(place, mine, is_captured(next.job));
    const std::string name = attempt_directory(next.attempt - 1);
    place.add(name);
    const auto aside = place.enter(name);
    for (const std::size_t which : {0U, 1U})
      if (std::exchange(mine.streams[which].made, false))
        place.move(stream_file_names[which], aside);
    aside.replace("outcome.json", mine.failed_attempt);
  }

  void keep(std::uint64_t seq, output_stream which, std::string_view bytes) {
    job& mine = running_.at(seq);
    stream& s = mine.streams.at(static_cast<std::size_t>(which));
    s.buffer += bytes;
    buffered_ += bytes.size();
    if (s.buffer.size() >= most_pending_of_a_stream || buffered_ > most_pending)
      write_out(mine);
    else if (!std::exchange(mine.due, true))
      due_.push_back(seq);
  }

  void write_out(job& mine) {
    spares_.lend([&] { write_streams(directory_.enter(mine.place), mine, false); });
  }

  /// \param all includes a stream to which nothing was written: its file exists and is empty.
  void write_streams(const private_directory& place, job& mine, bool all) {
    for (const std::size_t which : {0U, 1U}) {
      stream& s = mine.streams[which];
      if (s.buffer.empty() && (s.made || !all)) continue;
      if (std::exchange(s.made, true))
        place.append(stream_file_names[which], s.buffer);
      else
        place.create(stream_file_names[which], s.buffer);
      buffered_ -= std::exchange(s.buffer, {}).size();
    }
  }

  void end(const job_ended& e) {
    if (e.is_earlier()) return spares_.lend([&] { claims_.keep(result_name(e.job)); });
    const auto known = running_.find(e.job.seq);
    job& mine = known != running_.end() ? known->second : claim(e.job);
    spares_.lend([&] {
      const auto place = directory_.enter(mine.place);
      write_streams(place, mine, is_captured(e));
      text_.clear();
      json_object outcome(text_);
      outcome.add("run", settings_.run.id());
      add_result(outcome, e, settings_);
      outcome.close();
      text_ += '\n';
      place.replace("outcome.json", text_);
    });
    claims_.ended(mine.place);
    running_.erase(e.job.seq);
  }

  /// Lets the output of running jobs be read while they run; if there are very many, not of all at
  /// once.
  void put_out() override {
    check_still_there();
    for (std::size_t left = written_at_once; left > 0 && !due_.empty(); --left) {
      const auto place = running_.find(due_.front());
      due_.pop_front();
      if (place == running_.end()) continue;
      place->second.due = false;
      write_out(place->second);
    }
  }
  void complete() override { check_still_there(); }

  void check_still_there() const { weir::check_still_there(directory_.fd(), settings_.path); }

  record_settings settings_;
  private_directory directory_;
  spare_descriptors<3> spares_;
  result_claims claims_;
  jobs running_;                   ///< by seq
  std::deque<std::uint64_t> due_;  ///< running, with something buffered
  std::size_t buffered_ = 0;       ///< bytes buffered
  std::string text_;               ///< scratch
};

}  // namespace

std::unique_ptr<record> open_result_directory(const record_settings& settings) {
  return std::make_unique<result_directory>(settings);
}

}  // namespace weir
