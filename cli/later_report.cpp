#include "later_report.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/error.hpp>

#include "dialects/dialect.hpp"
#include "exit_status.hpp"
#include "files/journal_file.hpp"
#include "input/journal/journal_line.hpp"
#include "option_errors.hpp"
#include "print.hpp"
#include "report/journal_replay.hpp"
#include "report/records/formats.hpp"
#include "report/run_comparison.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

constexpr std::string_view report_usage =
    "Usage: weir report JOURNAL -o PAGE\n"
    "       weir report --compare OLD NEW\n"
    "Makes the page of --report from the journal of a run, even of one that was\n"
    "killed; or lists jobs that fail, did not run to their end, are flaky or are\n"
    "slower in NEW but were not in OLD, with exit status 1 if there are any. If a\n"
    "journal has several runs, the last one is used, to compare also what it\n"
    "resumed.\n";

struct report_request {
  std::vector<std::string> journals;
  std::string page;
  bool compare = false;
};

[[noreturn]] void fail(const std::string& what) {
  throw usage_error("report: " + what + " (see weir report --help)");
}

void check(const report_request& asked) {
  if (asked.compare) {
    if (asked.journals.size() != 2) fail("--compare needs two journals, OLD and NEW");
    if (!asked.page.empty()) fail("--compare prints its result: it cannot be combined with -o");
    return;
  }
  if (asked.journals.empty()) fail("needs a JOURNAL");
  if (asked.journals.size() > 1) fail(escape(asked.journals[1]) + ": expected only one JOURNAL");
  if (asked.page.empty()) fail("needs -o PAGE");
  if (asked.page == "-")
    fail("-o -: expected a file, such as /dev/stdout, or ./- for a file named -");
}

report_request parse_report(const std::vector<std::string>& words) {
  report_request asked;
  bool only_files = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool is_option = !only_files && word.size() > 1 && word.front() == '-';
    if (!is_option) {
      asked.journals.push_back(word);
    } else if (word == "--") {
      only_files = true;
    } else if (word == "--compare") {
      asked.compare = true;
    } else if (word == "-o") {
      if (++i == words.size() || words[i].empty()) fail("-o expects the name of a file");
      asked.page = words[i];
    } else if (word.starts_with("-o")) {
      asked.page = word.substr(2);
    } else {
      fail(escape(word) + ": unknown option");
    }
  }
  check(asked);
  return asked;
}

/// Skips damaged lines. \returns how many there are, without the last one if it has no end: that
/// may be what a crash has left, or on its way.
std::uint64_t read_journal(const std::string& path,
                           const std::function<void(const journal_entry&)>& take) {
  std::error_code none;
  if (!std::filesystem::exists(path, none))
    throw usage_error("report: " + escape(path) + ": no such file");
  journal_file file(path, journal_file::access::read);
  if (!file.is_regular()) throw usage_error("report: " + escape(path) + " is not a journal");
  std::uint64_t damaged = 0;
  file.read([&](std::string_view line, std::uint64_t, bool whole) {
    if (const auto entry = parse_journal_line(line))
      take(*entry);
    else if (whole)
      ++damaged;
  });
  return damaged;
}

void tell_damage(const std::string& journal, std::uint64_t lines) {
  if (lines == 0) return;
  const std::string line = "weir: report: " + escape(journal) + ": " + std::to_string(lines) +
                           (lines == 1 ? " damaged line is" : " damaged lines are") + " left out\n";
  std::fputs(line.c_str(), stderr);
}

const record_format& format_of_pages() {
  const auto all = record_formats();
  return **std::find_if(all.begin(), all.end(), [](const record_format* each) {
    return each->option == std::string_view("--report");
  });
}

[[noreturn]] void refuse_empty(const std::string& journal) {
  throw usage_error("report: " + escape(journal) + " contains no weir run");
}

run_ends ends_of(const std::string& journal) {
  run_ends ends;
  const auto damaged = read_journal(journal, [&](const journal_entry& e) { ends.take(e); });
  if (!ends.has_run()) refuse_empty(journal);
  tell_damage(journal, damaged);
  return ends;
}

int print_comparison(const report_request& asked) {
  const run_ends before = ends_of(asked.journals[0]);
  const run_ends after = ends_of(asked.journals[1]);
  const comparison all = compare(before, after);
  std::string text;
  for (const std::string& line : all.lines) (text += line) += '\n';
  print(text);
  return all.is_worse ? exit_jobs_failed : exit_success;
}

int make_page(const report_request& asked) {
  const std::string& journal = asked.journals.front();
  std::error_code none;
  if (std::filesystem::equivalent(journal, asked.page, none))
    throw usage_error("report: " + escape(asked.page) + " is the journal itself");
  journal_survey survey;
  const auto damaged = read_journal(journal, [&](const journal_entry& e) { survey.take(e); });
  if (survey.run().empty()) refuse_empty(journal);
  tell_damage(journal, damaged);

  const run_identity identity(
      survey.command().empty() ? "weir report " + shell_quote(journal) : survey.command(),
      run_identity::steady_time(), survey.started_at());
  record_settings settings{identity, asked.page, survey.most_slots()};
  settings.replayed = true;
  settings.floor = survey.floor();
  const journal_replay* told = nullptr;
  settings.now = [&] { return told->now(); };
  const auto page = named_by("report", [&] { return format_of_pages().open(settings); });
  std::optional<io_error> lost;
  page->failed = [&](const io_error& error) { lost = error; };
  journal_replay replay(identity, survey.run(), *page);
  told = &replay;
  read_journal(journal, [&](const journal_entry& e) { replay.take(e); });
  replay.finish();
  page->finish();
  if (lost) throw io_error(*lost);
  return exit_success;
}

}  // namespace

bool is_later_report(int argc, const char* const* argv) {
  return argc > 1 && std::string_view(argv[1]) == "report" &&
         dialect_of_program(argv[0]) == dialect::weir;
}

int later_report(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + 2, argv + argc);
  if (words == std::vector<std::string>{"--help"} || words == std::vector<std::string>{"-h"})
    return print(report_usage);
  const report_request asked = parse_report(words);
  return asked.compare ? print_comparison(asked) : make_page(asked);
}

}  // namespace weir::cli
