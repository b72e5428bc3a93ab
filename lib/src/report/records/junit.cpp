/// --junit: the run as a test suite, in the XML that CI servers read.
///
/// There is no single schema. What is written is the common ground of the Jenkins xUnit plugin's
/// junit-10.xsd and Apache Ant's JUnit.xsd; attempts before the last are reported as Maven Surefire
/// does (flakyFailure, rerunFailure), which Jenkins and GitLab know, and Ant does not. The counts
/// precede the cases, so the cases wait in an unlinked file. So do the command lines of cases named
/// otherwise, which go into the suite's output: no schema has a place for them in a case.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

#include <sys/utsname.h>

#include <fmt/format.h>

#include "files/replace_file.hpp"
#include "files/temporary_file.hpp"
#include "report/command_to_repeat.hpp"
#include "report/how_it_ended.hpp"
#include "report/records/case_names.hpp"
#include "report/records/record.hpp"
#include "report/shown.hpp"
#include "text/json_text.hpp"
#include "text/xml_text.hpp"

namespace weir {

namespace {

constexpr std::string_view option = "--junit";
constexpr std::size_t junit_piece = 64 * 1024;
constexpr std::size_t most_attempts = 20;  // kept for a running job; further ones are counted
constexpr std::size_t most_tails = std::size_t{16} << 20;  // bytes kept from earlier attempts
constexpr std::size_t longest_command_in_case = 16384;
constexpr std::size_t longest_shown = 200;  // of a name that precedes its command line
constexpr std::uint64_t most_left = 1000;   // processes listed by name

/// A program that ran and failed is a failure; one that did not get to its end is an error.
bool is_failure(const outcome& how) {
  return std::holds_alternative<exited>(how) || std::holds_alternative<signaled>(how) ||
         std::holds_alternative<left_running>(how);
}

std::string seconds_text(std::chrono::nanoseconds d) {
  return fmt::format("{:.3f}", std::max(0.0, std::chrono::duration<double>(d).count()));
}

std::string_view type_of(const outcome& how) {
  constexpr std::array<std::string_view, 7> types{
      "exit", "signal", "timeout", "spawn-failed", "cancelled", "skipped", "left-running"};
  return types.at(how.index());
}

std::string host_name() {
  utsname names{};
  return ::uname(&names) == 0 && names.nodename[0] != '\0' ? names.nodename : "localhost";
}

class junit final : public record {
 public:
  explicit junit(const record_settings& settings)
      : settings_(settings),
        place_(settings.path),
        cases_(temporary_directory()),
        commands_(temporary_directory()) {}

 private:
  /// A failed attempt of a job that goes on.
  struct attempt {
    std::string how;
    std::string_view type;
    bool failure;
    std::string tail;
  };

  void take(const event& e) override {
    if (const auto* accepted = std::get_if<job_accepted>(&e))
      names_.accept(accepted->job);
    else if (const auto* failed_one = std::get_if<attempt_failed>(&e))
      keep(*failed_one);
    else if (const auto* ended = std::get_if<job_ended>(&e))
      add_case(*ended);
    else if (const auto* left = std::get_if<process_left>(&e))
      add_left(*left);
  }

  /// For people only: no schema has a place for it, and it is not a test.
  void add_left(const process_left& e) {
    if (++left_ > most_left) return;
    const std::string whose = e.seq == 0 ? "a job" : fmt::format("job {}", e.seq);
    append_xml(left_text_, fmt::format("left running: process {} of {}: {}\n", e.pid, whose,
                                       e.command.substr(0, longest_command_in_case)));
  }

  void keep(const attempt_failed& e) {
    auto& earlier = earlier_[e.job.seq];
    if (earlier.size() >= most_attempts) return;
    const outcome& how = e.result.how;
    const bool has_room = kept_ + e.tail.size() <= most_tails;
    earlier.push_back({fmt::format("attempt {}: {}", e.attempt, describe(how)), type_of(how),
                       is_failure(how), std::string(has_room ? e.tail : std::string_view())});
    kept_ += earlier.back().tail.size();
  }

  void add_case(const job_ended& e) {
    last_end_ = std::max(last_end_, e.result.ended);
    text_ += "<testcase";
    append_attribute(text_, "classname", settings_.suite);
    const std::string name = names_.take(e.job);
    append_attribute(text_, "name", name);
    add_command(e, name);
    append_attribute(text_, "time", seconds_text(e.result.ended - e.result.started));
    text_ += '>';
    const std::size_t empty = text_.size();
    add_verdict(e);
    add_earlier(e);
    if (text_.size() == empty) {
      text_.back() = '/';
      text_ += '>';
    } else {
      text_ += "</testcase>";
    }
    text_ += '\n';
    if (text_.size() >= junit_piece) put_out();
  }

  void add_command(const job_ended& e, const std::string& name) {
    const std::string command = command_alone(e.job, e.slot, true);
    if (command.empty() || name == command) return;
    has_commands_ = true;
    append_xml(command_text_, shown_clipped(name, longest_shown, true) + ": " +
                                  shown_clipped(command, longest_command_in_case, true) + '\n');
  }

  void add_verdict(const job_ended& e) {
    ++tests_;
    switch (e.judged) {
      case verdict::succeeded:
        return;
      case verdict::skipped:
      case verdict::not_started:
        return add_skipped(how_it_ended(e));
      case verdict::failed:
        if (e.job.settings && e.job.settings->allow_failure)
          return add_skipped("allowed to fail: " + how_it_ended(e));
        return add_failed(e, is_failure(e.result.how));
      case verdict::cancelled:
        return add_failed(e, false);
    }
  }

  void add_skipped(const std::string& why) {
    ++skipped_;
    text_ += "<skipped";
    append_attribute(text_, "message", why);
    text_ += "/>";
  }

  void add_failed(const job_ended& e, bool failure) {
    ++(failure ? failures_ : errors_);
    const std::string_view element = failure ? "failure" : "error";
    (text_ += '<') += element;
    append_attribute(text_, "message", how_it_ended(e));
    append_attribute(text_, "type", type_of(e.result.how));
    text_ += '>';
    add_tail(e.tail);
    const std::string again = command_to_repeat(e.job, e.slot, true);
    if (again.size() <= longest_command_in_case && e.job.refused.empty())
      append_xml(text_, "run it again: " + again);
    ((text_ += "</") += element) += '>';
  }

  void add_tail(std::string_view tail) {
    append_xml(text_, without_colours(tail));
    if (!tail.empty() && tail.back() != '\n') text_ += '\n';
  }

  /// Attempts before the last: flaky if the job succeeded in the end.
  void add_earlier(const job_ended& e) {
    const auto known = earlier_.find(e.job.seq);
    if (known == earlier_.end()) return;
    const bool flaky = e.judged == verdict::succeeded;
    for (const attempt& each : known->second) {
      kept_ -= each.tail.size();
      add_attempt(each,
                  std::string(flaky ? "flaky" : "rerun") + (each.failure ? "Failure" : "Error"));
    }
    earlier_.erase(known);
  }

  void add_attempt(const attempt& one, const std::string& element) {
    (text_ += '<') += element;
    append_attribute(text_, "message", one.how);
    append_attribute(text_, "type", one.type);
    if (one.tail.empty()) {
      text_ += "/>";
      return;
    }
    text_ += "><stackTrace>";
    add_tail(one.tail);
    ((text_ += "</stackTrace></") += element) += '>';
  }

  std::string head() const {
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite";
    append_attribute(text, "name", settings_.suite);
    append_attribute(text, "package", settings_.suite);
    append_attribute(text, "id", "0");
    // Ant's schema allows no fraction and no zone.
    append_attribute(text, "timestamp", format_time(settings_.run.started_at()).substr(0, 19));
    append_attribute(text, "hostname", host_name());
    append_attribute(text, "tests", std::to_string(tests_));
    append_attribute(text, "failures", std::to_string(failures_));
    append_attribute(text, "errors", std::to_string(errors_));
    append_attribute(text, "skipped", std::to_string(skipped_));
    append_attribute(
        text, "time",
        seconds_text(std::max(last_end_, settings_.run.started()) - settings_.run.started()));
    return text + ">\n<properties/>\n";
  }

  void put_out() override {
    cases_.append(std::span<const char>(text_));
    text_.clear();
    commands_.append(std::span<const char>(command_text_));
    command_text_.clear();
  }

  static void copy(const temporary_file& from, file_replacement& to) {
    std::string part(junit_piece, '\0');
    for (std::uint64_t at = 0;;) {
      const std::size_t got = from.read(at, part);
      if (got == 0) return;
      to.append(std::string_view(part).substr(0, got));
      at += got;
    }
  }

  void complete() override {
    put_out();
    file_replacement file(settings_.path);
    file.append(head());
    copy(cases_, file);
    file.append(has_commands_ ? "<system-out>" : "<system-out/>");
    copy(commands_, file);
    file.append(has_commands_ ? "</system-out>\n" : "\n");
    file.append(left_text_.empty() ? "<system-err/>"
                                   : "<system-err>" + left_text_ + "</system-err>");
    file.append("\n</testsuite>\n</testsuites>\n");
    file.commit();
  }

  record_settings settings_;
  reserved_record place_;
  temporary_file cases_;
  temporary_file commands_;
  std::string text_;          ///< cases not in the file yet
  std::string command_text_;  ///< likewise
  bool has_commands_ = false;
  std::string left_text_;
  std::uint64_t left_ = 0;
  std::unordered_map<std::uint64_t, std::vector<attempt>> earlier_;  ///< of running jobs, by seq
  std::size_t kept_ = 0;                                             ///< bytes of their output
  case_names names_;
  std::chrono::steady_clock::time_point last_end_{};
  std::uint64_t tests_ = 0;
  std::uint64_t failures_ = 0;
  std::uint64_t errors_ = 0;
  std::uint64_t skipped_ = 0;
};

}  // namespace

extern const record_format junit_format;
const record_format junit_format{option,
                                 "FILE",
                                 "Write the jobs as tests in JUnit XML, for CI servers",
                                 false,
                                 [](const record_settings& settings) -> std::unique_ptr<record> {
                                   return std::make_unique<junit>(settings);
                                 },
                                 true};

}  // namespace weir
