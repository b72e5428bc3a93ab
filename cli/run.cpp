#include "run.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>

#include "ci_output.hpp"
#include "console.hpp"
#include "enter_key.hpp"
#include "executor_choice.hpp"
#include "file_conflicts.hpp"
#include "files/replace_file.hpp"
#include "files/writer.hpp"
#include "job_tokens.hpp"
#include "limit_file.hpp"
#include "loop/poll_set.hpp"
#include "loop/timer_queue.hpp"
#include "lost_reader.hpp"
#include "machine_gates.hpp"
#include "manifest_input.hpp"
#include "opened_run.hpp"
#include "option_errors.hpp"
#include "process/jobserver.hpp"
#include "run/batch_run.hpp"
#include "run_control.hpp"
#include "run_settings.hpp"
#include "run_watch.hpp"
#include "values/run_identity.hpp"

namespace weir::cli {

namespace {

stop_request request_of(int signal) {
  if (signal == SIGQUIT || signal == SIGKILL) return stop_request::kill;
  return signal == SIGINT ? stop_request::interrupt : stop_request::terminate;
}

/// For links from the page to the jobs' output: if both are requested, and the results have a
/// directory for each job.
std::shared_ptr<result_places> places_of_results(const options& o) {
  const auto request = [&](std::string_view option) {
    return std::find_if(o.records.begin(), o.records.end(),
                        [&](const record_request& each) { return each.format->option == option; });
  };
  const auto results = request("--results");
  if (results == o.records.end() || request("--report") == o.records.end()) return nullptr;
  if (results->path.ends_with(".jsonl") || o.items.results) return nullptr;
  return std::make_shared<result_places>(results->path);
}

/// A run as requested on the command line: what is opened for it, who watches it, and what signals
/// mean to it.
class command_run final : private run_display {
 public:
  command_run(boost::asio::io_context& loop, opened_run opened, const options& o,
              const standard_streams& streams, signals& s, const kept& kept)
      : loop_(loop),
        options_(o),
        signals_(s),
        identity_(o.command_line),
        out_(loop_.get_executor(), STDOUT_FILENO, "stdout", streams.broken(STDOUT_FILENO)),
        err_of_its_own_(writer_of_stderr(loop_, streams)),
        err_(err_of_its_own_ ? *err_of_its_own_ : out_),
        timers_(loop_.get_executor()),
        control_(control_of(o, kept)),
        journal_(std::move(opened.journal)),
        source_(std::move(opened.source)),
        durations_(std::move(opened.durations), std::move(opened.peaks), o.gates.learns),
        tokens_(tokens_of(loop_, kept)),
        executor_(choose_executor(o, loop_.get_executor(), timers_, s, kept)),
        gates_(o, loop_.get_executor(), timers_, *executor_.one),
        ci_(o, identity_),
        console_(loop_.get_executor(), o, identity_, err_, ci_.marks_failures()),
        watch_(watch_of(o)),
        run_(loop_.get_executor(), timers_, settings_of(o), *source_.jobs, *executor_.one,
             outputs(kept)),
        enter_key_(poll_set::of(loop_.get_executor()), o, hidden_echo_of(kept),
                   [this](enter_key::key which) { hear_key(which); }) {
    console_.share_terminal_with(run_.jobs_output());
    ci_.fold(run_.jobs_output());
    if (executor_.elsewhere != nullptr) console_.ask_nodes([this] { return loads_of_nodes(); });
    listen();
    if (o.dialect.judge) connect_judge(*o.dialect.judge);
    tell_beginning();
    gates_.watch(run_.inlet());
    if (control_) control_->control(run_, executor_.elsewhere);
    if (!o.limit_file.empty())
      limit_file_.emplace(timers_, o.names.of("--limit"), o.limit_file, o.cpus).watch(run_.inlet());
  }

  run_end run() {
    boost::asio::co_spawn(loop_, run_.run(), [this](std::exception_ptr error, run_result result) {
      if (error) std::rethrow_exception(error);
      end_.result = std::move(result);
      gates_.end([this] {
        signals_.close();
        timers_.stop();
        loop_.stop();
      });
    });
    loop_.run();
    if (watch_) watch_->over(end_);
    if (control_) tell_end();
    return std::move(end_);
  }

 private:
  void tell_end() {
    const int signal = signal_to_die_by(end_);
    const auto& judge = options_.dialect.judge;
    const int status = signal != 0 ? 128 + signal : judge ? judge->status(end_) : exit_status(end_);
    control_->tell_end(status, signal);
  }

  /// Null if both streams lead to one place: what goes there must be in one order.
  static std::unique_ptr<writer> writer_of_stderr(boost::asio::io_context& loop,
                                                  const standard_streams& streams) {
    if (same_output(STDOUT_FILENO, STDERR_FILENO)) return nullptr;
    return std::make_unique<writer>(loop.get_executor(), STDERR_FILENO, "stderr",
                                    streams.broken(STDERR_FILENO));
  }

  /// A client of make has one job without a token: make has given one to weir itself.
  static std::unique_ptr<jobserver> tokens_of(boost::asio::io_context& loop, const kept& kept) {
    if (kept.tokens == nullptr) return nullptr;
    const bool made_here = kept.tokens->address().has_value();
    return std::make_unique<jobserver>(loop.get_executor(), *kept.tokens,
                                       made_here ? "--jobserver" : "make's jobserver",
                                       made_here ? 0 : 1);
  }

  hidden_echo* hidden_echo_of(const kept& kept) {
    if (!console_.has_terminal_alone()) return nullptr;
    return kept.board == nullptr ? &hidden_echo_ : &kept.board->hidden_echo();
  }

  std::unique_ptr<run_control> control_of(const options& o, const kept& kept) {
    if (!o.control.wanted()) return nullptr;
    try {
      return std::make_unique<run_control>(loop_.get_executor(), o, kept.front,
                                           identity_.started());
    } catch (const io_error& error) {  // nothing has started: a mistake like any other
      throw usage_error(o.names.of("--control") + ": " + error.what());
    }
  }

  batch_settings settings_of(const options& o) {
    batch_settings settings{o.engine, o.output, o.leftovers, executor_.elsewhere == nullptr};
    settings.engine.capacity = capacity_for(o);
    settings.engine.holders = gates_.holders();
    if (executor_.elsewhere != nullptr)
      settings.engine.holders.push_back(&executor_.elsewhere->room());
    settings.engine.tokens = tokens_.get();
    // Workers report how many more are possible.
    if (!o.cluster.places.empty()) settings.engine.limit = 1;
    return settings;
  }

  std::unique_ptr<run_watch> watch_of(const options& o) {
    return watch_run != nullptr ? watch_run(o, settings_of(o).engine, timers_) : nullptr;
  }

  batch_outputs outputs(const kept& kept) {
    batch_outputs to{out_, err_, this};
    if (executor_.elsewhere != nullptr) to.observers.push_back(executor_.elsewhere);
    if (observer* const report = ci_.report()) to.observers.push_back(report);
    if (options_.dialect.judge) to.observers.push_back(options_.dialect.judge.get());
    if (control_) to.observers.push_back(control_.get());
    if (watch_) to.observers.push_back(watch_.get());
    to.records = open_records();
    to.journal = open_journal(kept);
    to.journal_name = options_.journal.path;
    if (!options_.durations.empty()) to.durations.emplace(durations_, options_.durations);
    return to;
  }

  /// Before anything starts: a record that cannot be written is an error on the command line.
  std::vector<opened_record> open_records() const {
    std::vector<opened_record> opened;
    const auto places = places_of_results(options_);
    for (const record_request& each : options_.records) {
      record_settings settings{identity_, each.path, options_.engine.limit};
      settings.resumed = journal_.has_records || options_.dialect.keeps_records;
      settings.knows = journal_.resumed ? journal_.knows : options_.dialect.knows;
      settings.shows_line = options_.items.shows_line;
      settings.in_tree = options_.items.results.has_value();
      settings.suite = options_.junit_suite;
      settings.places = places;
      auto record = named_by(each.format->option, [&] { return each.format->open(settings); });
      opened.push_back({std::move(record), each.path, each.format->wants_output});
    }
    return opened;
  }

  /// Its first line begins a run, so it is written when nothing else can be refused.
  std::unique_ptr<journal> open_journal(const kept& kept) const {
    if (!journal_.file) return nullptr;
    record_settings settings{identity_, options_.journal.path, options_.engine.limit,
                             journal_.resumed};
    settings.again = command_again(options_);
    return std::make_unique<journal>(loop_.get_executor(), *journal_.file, options_.journal.sync,
                                     settings, kept.front, journal_.dir);
  }

  void listen() {
    signals_.on_stop = [this](int signal) { stop_by(signal); };
    signals_.on_suspend = [this] {
      run_.inlet().take(suspended{});
      enter_key_.let_go();
    };
    signals_.on_woken = [this] { enter_key_.look_again(); };
    signals_.on_continue = [this] {
      run_.inlet().take(resumed{});
      enter_key_.look_again();
    };
    signals_.on_question = [this] { print_state(); };
    if (options_.dialect.slots_by_signals) {
      signals_.on_question = [this] { run_.inlet().take(limit_changed{1}); };
      signals_.on_second_question = [this] { run_.inlet().take(limit_changed{-1}); };
    }
    signals_.on_resize = [this] {
      console_.resized();
      if (executor_.local != nullptr) executor_.local->resize(screen_of_ours());
    };
    signals_.listen(loop_.get_executor());
    run_.look_outside([this] { look_for_signals(); });
  }

  std::vector<progress_state::node_load> loads_of_nodes() const {
    std::vector<progress_state::node_load> all;
    for (const worker_state& each : executor_.elsewhere->workers())
      if (each.slots > 0) all.push_back({each.name, each.running});
    return all;
  }

  void print_state() {
    console_.print_state(run_.inlet());
    run_.print_state();
  }

  void hear_key(enter_key::key which) {
    if (which == enter_key::key::enter) return print_state();
    if (which == enter_key::key::other)
      return console_.print("weir: no key: type h and Enter for a list");
    for (const char* const line : {"weir: keys: Enter      what runs, and what waits for what",
                                   "weir:       h, Enter   these lines",
                                   "weir:       Ctrl-C     end the jobs; twice more: kill them",
                                   "weir:       Ctrl-\\     kill them at once",
                                   "weir:       Ctrl-Z     stop the jobs and weir, until fg"})
      console_.print(line);
  }

  /// A job that has the terminal finds it as weir did. A shell's fg is told by no signal to who
  /// runs already: it is noticed when a job ends.
  void hand_terminal_over(const event& e) {
    const auto* const started = std::get_if<attempt_started>(&e);
    const auto* const ended = std::get_if<job_ended>(&e);
    if (started != nullptr) {
      const auto& process = started->job.settings->process;
      if (process && process->foreground) enter_key_.let_go();
    } else if (std::holds_alternative<attempt_failed>(e) ||
               (ended != nullptr && ended->attempts > 0)) {
      if (!enter_key_.has_terminal()) enter_key_.look_again();
    }
  }

  void tell_beginning() {
    if (options_.quiet == 0 || options_.dialect.judge)
      for (const std::string& note : source_.notes)
        console_.print(options_.dialect.program + ": " + note);
    for (const std::string& text : source_.warnings) run_.inlet().take(warning{text});
    for (const std::string& note : journal_.notes) console_.print("weir: " + note);
    if (auto history = history_of_jobs()) console_.learn_from(std::move(history));
    if (source_.total) run_.inlet().take(total_known{*source_.total});
  }

  void connect_judge(run_judge& judge) {
    judge.stop = [this](const std::string& why) {
      run_.inlet().take(stop_asked{stop_request::finish, why});
    };
    judge.say = [this](const std::string& line) {
      console_.print(options_.dialect.program + ": " + line);
    };
    for (const std::string& note : options_.dialect.notes) console_.print(note);
  }

  /// What --durations says about a job; for others, the average time of jobs in the resumed run.
  progress_state::history history_of_jobs() const {
    const auto mean = journal_.mean_time;
    if (options_.durations.empty() && !mean) return nullptr;
    return [this, mean](const job_spec& job) -> std::optional<duration> {
      const auto known = durations_.known(job);
      return known ? known : mean;
    };
  }

  /// The loop has just looked for signals before the first start in a turn: only further ones cost
  /// a system call.
  void look_for_signals() {
    const auto turn = poll_set::of(loop_.get_executor()).turn();
    if (std::exchange(turn_of_start_, turn) == turn) signals_.poll();
  }

  void stop_by(int signal) {
    if (signal == SIGHUP && options_.dialect.hangup_drains)
      return run_.inlet().take(stop_asked{stop_request::finish, signal_name(signal)});
    if (end_.stop_signal == 0) end_.stop_signal = signal;
    hurry_writes();
    run_.inlet().take(stop_asked{request_of(signal), signal_name(signal)});
  }

  void on(const event& e) override {
    // The tools whose place weir takes have ways of their own.
    if (!options_.dialect.judge && is_reader_lost(e, options_.output.mode))
      run_.inlet().take(output_failed{EPIPE, "stdout: Broken pipe"});
    console_.on(e);
    if (std::holds_alternative<record_failed>(e)) signals_.poll();  // one may be why it failed
    hand_terminal_over(e);
    if (!told_of_make_ && options_.tokens.made == jobserver_kind::fifo && is_old_make(e)) {
      told_of_make_ = true;
      console_.print("weir: " + std::string(about_old_make));
    }
  }
  void print(std::string_view line) override { console_.print(line); }
  void fail(const std::string& what) override {
    console_.print(options_.dialect.program + ": " + what);
    console_.tell_what_ran();
  }
  void finish(const std::vector<std::string>& records) override {
    if (const auto note = note_on_empty_part(options_)) console_.print("weir: " + *note);
    console_.finish(records);
    ci_.finish(console_);
  }

  boost::asio::io_context& loop_;
  const options& options_;
  signals& signals_;
  const run_identity identity_;
  run_end end_;
  bool told_of_make_ = false;  ///< before what may report something while it is made
  writer out_;
  const std::unique_ptr<writer> err_of_its_own_;
  writer& err_;
  timer_queue timers_;
  std::unique_ptr<run_control> control_;  ///< first: an error in PATH then has nothing to undo
  opened_journal journal_;
  opened_source source_;
  duration_recorder durations_;
  std::unique_ptr<jobserver> tokens_;
  chosen_executor executor_;
  machine_gates gates_;
  std::optional<limit_file> limit_file_;
  ci_output ci_;
  console console_;
  hidden_echo hidden_echo_ = 0;  ///< without a keeper
  std::unique_ptr<run_watch> watch_;
  batch_run run_;
  enter_key enter_key_;
  std::uint64_t turn_of_start_ = 0;
};

/// Also if the run could not go on, or jobs were given up.
class gives_tokens_back {
 public:
  explicit gives_tokens_back(token_pipe* tokens) : tokens_(tokens) {}
  gives_tokens_back(const gives_tokens_back&) = delete;
  gives_tokens_back& operator=(const gives_tokens_back&) = delete;
  ~gives_tokens_back() {
    if (tokens_ != nullptr) tokens_->close_down();
  }

 private:
  token_pipe* tokens_;
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
  if (kept.tokens != nullptr && kept.tokens->address()) serve(*kept.tokens, o);
  const gives_tokens_back at_the_end(kept.tokens);
  return command_run(loop, std::move(opened), o, streams, signals, kept).run();
}

}  // namespace weir::cli
