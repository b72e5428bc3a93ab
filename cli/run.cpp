#include "run.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <span>
#include <utility>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "batch/engine.hpp"
#include "ci_output.hpp"
#include "console.hpp"
#include "draining.hpp"
#include "file_conflicts.hpp"
#include "files/replace_file.hpp"
#include "files/spool.hpp"
#include "files/writer.hpp"
#include "loop/timer_queue.hpp"
#include "opened_run.hpp"
#include "process/local_executor.hpp"
#include "report/output.hpp"
#include "report/output_tee.hpp"
#include "report/records/record_set.hpp"
#include "run_settings.hpp"
#include "values/run_identity.hpp"

namespace weir::cli {

namespace {

using namespace std::chrono_literals;

/// Wrappers, shells and terminals send the same signal twice.
constexpr auto counts_once = 300ms;

stop_request request_of(int signal) {
  if (signal == SIGQUIT) return stop_request::kill;
  return signal == SIGINT ? stop_request::interrupt : stop_request::terminate;
}

/// All the pieces of one run, connected.
class batch_run {
 public:
  batch_run(boost::asio::io_context& loop, opened_run opened, const options& o,
            const standard_streams& streams, signals& s, const kept& kept)
      : loop_(loop),
        options_(o),
        signals_(s),
        identity_(o.command_line),
        out_(loop_.get_executor(), STDOUT_FILENO, "stdout", streams.broken(STDOUT_FILENO)),
        err_of_its_own_(writer_of_stderr(loop_, streams)),
        err_(err_of_its_own_ ? *err_of_its_own_ : out_),
        timers_(loop_.get_executor()),
        journal_(std::move(opened.journal)),
        source_(std::move(opened.source)),
        keyed_(opened.keyed),
        durations_(std::move(opened.durations)),
        executor_(loop_.get_executor(), timers_, executor_settings(o, s, kept)),
        ci_(o, identity_),
        output_(out_, err_, space_, o.output),
        records_(timers_),
        tee_(output_, records_),
        console_(loop_.get_executor(), o, identity_, err_, ci_.marks_failures()),
        draining_(timers_, o.engine.close_timeout, {output_, out_, err_}),
        engine_(loop_.get_executor(), timers_, o.engine, *source_.jobs, executor_, router(),
                observers()) {
    open_records();
    connect();
  }

  run_end run() {
    boost::asio::co_spawn(loop_, run_to_the_end(), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
    loop_.run();
    return std::move(end_);
  }

 private:
  /// Jobs that inherit stdout and stderr are not captured.
  class no_output final : public output_router {
   public:
    output_sink* open(const job_spec&, unsigned) override { return nullptr; }
    std::string close(output_sink&, verdict, bool) override { return {}; }
    void absent(std::uint64_t) override {}
  };

  output_router& router() {
    if (options_.output.mode == output_mode::raw) return raw_;
    for (const record_request& each : options_.records)
      if (each.format->wants_output) return tee_;
    return output_;
  }

  /// None where both streams lead to one place: what goes there has to be in one order.
  static std::unique_ptr<writer> writer_of_stderr(boost::asio::io_context& loop,
                                                  const standard_streams& streams) {
    if (same_output(STDOUT_FILENO, STDERR_FILENO)) return nullptr;
    return std::make_unique<writer>(loop.get_executor(), STDERR_FILENO, "stderr",
                                    streams.broken(STDERR_FILENO));
  }

  std::vector<observer*> observers() {
    std::vector<observer*> all{&console_};
    if (observer* const report = ci_.report()) all.push_back(report);
    if (!options_.records.empty() || journal_.file) all.push_back(&records_);
    if (!options_.durations.empty()) all.push_back(&durations_);
    if (options_.dialect.judge) all.push_back(options_.dialect.judge.get());
    return all;
  }

  /// Before anything starts: a record that cannot be written is a mistake on the command line.
  void open_records() {
    std::vector<std::unique_ptr<record>> opened;
    for (const record_request& each : options_.records) {
      record_settings settings{identity_, each.path, options_.engine.limit};
      settings.resumed = journal_.resumed;
      settings.suite = options_.junit_suite;
      opened.push_back(each.format->open(settings));
    }
    // Its first line begins a run: written when nothing can be refused any more.
    if (journal_.file) {
      const record_settings settings{identity_, options_.journal.path, options_.engine.limit,
                                     journal_.resumed};
      auto kept =
          std::make_unique<journal>(loop_.get_executor(), *journal_.file, options_.journal.sync,
                                    settings, executor_.settings().known_as, journal_.dir);
      kept->before_ends = [this] { records_.flush_ends(); };
      records_.add(std::move(kept), options_.journal.path, false);
    }
    for (std::size_t i = 0; i < opened.size(); ++i)
      records_.add(std::move(opened[i]), options_.records[i].path,
                   options_.records[i].format->wants_output);
  }

  void connect() {
    if (source_.lines != nullptr)
      source_.lines->on_warning = [this](const std::string& text) { warn(text); };
    if (keyed_ != nullptr)
      keyed_->on_strangers = [this](std::uint64_t read, std::uint64_t of, bool all) {
        warn(note_on_strangers(options_, read, of, all));
      };
    signals_.on_stop = [this](int signal) { stop_by(signal); };
    signals_.on_suspend = [this] { engine_.suspend(); };
    signals_.on_continue = [this] {
      engine_.resume();
      draining_.resume();
    };
    signals_.on_question = [this] {
      console_.print_state();
      draining_.print_state();
    };
    if (options_.dialect.slots_by_signals) {
      signals_.on_question = [this] { engine_.change_limit(1); };
      signals_.on_second_question = [this] { engine_.change_limit(-1); };
    }
    signals_.on_resize = [this] { console_.resized(); };
    signals_.listen(loop_.get_executor());
    engine_.before_start = [this] { look_for_signals(); };
    engine_.on_fatal = [this] { draining_.request(stop_request::kill, "internal error"); };
    executor_.on_shortage = [this](const std::string& text) { warn(text); };
    draining_.say = [this](std::string_view line) { console_.print(line); };
    space_.on_elsewhere = [this](const std::string& text) { warn(text); };
    if (records_.wants_output()) space_.look();
    output_.failed = [this](const io_error& error) { output_failed(error); };
    records_.failed = [this](const io_error& error) { record_failed(error); };
    executor_.on_blindness([this](const std::string& text) { warn(text); });
    executor_.on_output_lost = [this](const job_spec& job, int error) {
      output_failed(io_error(error, fmt::format("output of job {}", job.seq)));
    };
    executor_.on_left_ended = [this](const job_spec& job, const std::string& what) {
      warn(fmt::format("job {} failed and left {} running: ending it", job.seq, what));
    };
    executor_.on_survivors = [this](const job_spec& job, std::span<const process_entry> living) {
      name_survivors(job, living);
    };
    if (options_.dialect.judge) connect_judge(*options_.dialect.judge);
    console_.share_terminal_with(output_);
    ci_.fold(output_);
    for (const std::string& text : source_.warnings) warn(text);
    for (const std::string& note : journal_.notes) console_.print("weir: " + note);
    if (auto history = history_of_jobs()) console_.learn_from(std::move(history));
    if (source_.total) engine_.announce(total_known{*source_.total});
  }

  void connect_judge(run_judge& judge) {
    judge.stop = [this](const std::string& why) { engine_.stop(stop_request::finish, why); };
    judge.say = [this](const std::string& line) {
      console_.print(options_.dialect.program + ": " + line);
    };
    for (const std::string& note : options_.dialect.notes) console_.print(note);
  }

  /// What --durations says of a job; of others, what jobs of the resumed run took on average.
  progress_state::history history_of_jobs() const {
    const auto mean = journal_.mean_time;
    if (options_.durations.empty() && !mean) return nullptr;
    return [this, mean](const job_spec& job) -> std::optional<duration> {
      const auto known = durations_.known(job);
      return known ? known : mean;
    };
  }

  /// The loop has just looked for signals before the first start of a turn: only further ones cost
  /// a system call.
  void look_for_signals() {
    if (std::exchange(turn_of_start_, executor_.turn()) == executor_.turn()) signals_.poll();
  }

  void warn(const std::string& text) { engine_.announce(warning{text}); }

  void name_survivors(const job_spec& job, std::span<const process_entry> living) {
    end_.left_alive = true;
    engine_.retry_no_more(job.seq);
    survivors_told_ += living.size();
    for (const auto& process : living)
      console_.print(fmt::format("weir: job {}: gave up: process {} is alive in state {}", job.seq,
                                 process.pid, process.state));
  }

  void stop_by(int signal) {
    if (end_.stop_signal == 0) end_.stop_signal = signal;
    hurry_writes();
    const auto now = std::chrono::steady_clock::now();
    if (now - std::exchange(stopped_at_, now) > counts_once) executor_.hurry_leftovers();
    stop(request_of(signal), signal_name(signal));
  }

  void stop(stop_request what, const std::string& reason) {
    draining_.request(what, reason);
    if (!draining_.has_begun()) engine_.stop(what, reason);
  }

  void output_failed(const io_error& error) {
    if (end_.output_error != 0) return;
    end_.output_error = error.code().value();
    // A reader that has gone, as in `weir ... | head`, is no news to anybody.
    if (end_.output_error == EPIPE)
      console_.fall_silent();
    else
      console_.print_error(error.what());
    stop(stop_request::lost, error.what());
  }

  /// Each of them is told, also after stdout. That its reader has gone is news: it is not whole.
  void record_failed(const io_error& error) {
    console_.print_error(error.what());
    if (std::exchange(end_.output_error, EIO) == 0) stop(stop_request::lost, error.what());
  }

  awaitable<> run_to_the_end() {
    end_.result = co_await engine_.run();
    co_await end_leftovers();
    co_await draining_.write_jobs();
    // The last bytes fail when nothing is left to be told of it.
    for (const writer* to : {&out_, &err_})
      if (to->error() != 0) output_failed(io_error(to->error(), to == &out_ ? "stdout" : "stderr"));
    co_await records_.settle();
    records_.finish();
    keep_durations();
    report();
    co_await draining_.write_messages();
    if (end_.output_error == 0) end_.output_error = err_.error();
    end_.output_given_up = draining_.gave_up();
    signals_.close();
    timers_.stop();
    loop_.stop();
  }

  void keep_durations() {
    if (options_.durations.empty()) return;
    try {
      replace_file(options_.durations, format_durations(durations_.table()));
    } catch (const io_error&) {
      if (!end_.result.error) end_.result.error = std::current_exception();
    }
  }

  void report() {
    if (end_.result.error) report_error(end_.result.error);
    const auto survivors = executor_.survivors();
    for (const auto& process : std::span(survivors).subspan(survivors_told_))
      console_.print(fmt::format("weir: gave up: process {} is alive in state {}", process.pid,
                                 process.state));
    console_.finish(records_.names());
    ci_.finish(console_);
  }

  void report_error(const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      console_.print(fmt::format("{}: {}", options_.dialect.program, e.what()));
    }
  }

  /// The rule of leftovers, the same in every way that a run ends.
  awaitable<> end_leftovers() {
    const bool at_once = end_.result.gave_up || end_.stop_signal == SIGQUIT;
    completion over;
    // Of whose job it is does not matter where the rule of all is to end it.
    const bool unknown_too =
        end_.result.stopped || end_.result.gave_up || options_.leftovers != leftover_rule::leave;
    executor_.end_leftovers(unknown_too, at_once ? duration{} : options_.engine.close_timeout,
                            [&over] { over.complete(); });
    co_await over.wait([] {});
    if (!executor_.survivors().empty()) end_.left_alive = true;
    for (const process_left& each : executor_.leftovers()) engine_.announce(each);
  }

  boost::asio::io_context& loop_;
  const options& options_;
  signals& signals_;
  const run_identity identity_;
  run_end end_;
  writer out_;
  const std::unique_ptr<writer> err_of_its_own_;
  writer& err_;
  timer_queue timers_;
  opened_journal journal_;
  opened_source source_;
  journaled_source* const keyed_;
  duration_recorder durations_;
  local_executor executor_;
  spool_space space_;
  ci_output ci_;
  output output_;
  no_output raw_;
  record_set records_;
  output_tee tee_;
  console console_;
  draining draining_;
  engine engine_;
  std::uint64_t turn_of_start_ = 0;
  std::size_t survivors_told_ = 0;
  std::chrono::steady_clock::time_point stopped_at_{};  ///< by the last signal
};

}  // namespace

run_end run(options o, const standard_streams& streams, signals& signals, const kept& kept,
            void (*end)(int)) {
  // One thread only: no lock is ever taken.
  boost::asio::io_context loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  be_patient_inside_weir(o);
  check_files(o);
  opened_run opened;
  {
    const ends_at_once until_it_is_read(signals, end);
    opened = open_run(loop, o);
  }
  return batch_run(loop, std::move(opened), o, streams, signals, kept).run();
}

}  // namespace weir::cli
