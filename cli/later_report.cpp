#include "later_report.hpp"

#include <algorithm>
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
#include "report/journal_replay.hpp"
#include "report/records/formats.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

constexpr std::string_view usage =
    "Usage: weir report JOURNAL -o PAGE\n"
    "Makes the page of --report from the journal of a run, also of one that was\n"
    "killed. Of several runs in it, the last one is shown.\n";

struct request {
  std::string journal;
  std::string page;
};

request parse(const std::vector<std::string>& words) {
  request asked;
  const auto fail = [](const std::string& what) {
    throw usage_error("report: " + what + " (see weir report --help)");
  };
  bool only_files = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!only_files && word == "--") {
      only_files = true;
    } else if (!only_files && word == "-o") {
      if (++i == words.size() || words[i].empty()) fail("-o expects the name of a file");
      asked.page = words[i];
    } else if (!only_files && word.size() > 2 && word.starts_with("-o")) {
      asked.page = word.substr(2);
    } else if (!only_files && word.size() > 1 && word.front() == '-') {
      fail(escape(word) + ": unknown option");
    } else if (!asked.journal.empty()) {
      fail(escape(word) + ": one journal at a time");
    } else {
      asked.journal = word;
    }
  }
  if (asked.journal.empty()) fail("needs a JOURNAL");
  if (asked.page.empty()) fail("needs -o PAGE");
  return asked;
}

/// Damaged lines are passed over: a crash may have left one.
void read_journal(journal_file& file, const std::function<void(const journal_entry&)>& take) {
  file.read([&](std::string_view line, std::uint64_t, bool) {
    if (const auto entry = parse_journal_line(line)) take(*entry);
  });
}

const record_format& format_of_pages() {
  const auto all = record_formats();
  return **std::find_if(all.begin(), all.end(), [](const record_format* each) {
    return each->option == std::string_view("--report");
  });
}

void check(const request& asked) {
  std::error_code none;
  if (!std::filesystem::exists(asked.journal, none))
    throw usage_error("report: " + escape(asked.journal) + ": no such file");
  if (std::filesystem::equivalent(asked.journal, asked.page, none))
    throw usage_error("report: " + escape(asked.page) + " is the journal itself");
}

}  // namespace

bool is_later_report(int argc, const char* const* argv) {
  return argc > 1 && std::string_view(argv[1]) == "report" &&
         dialect_of_program(argv[0]) == dialect::weir;
}

int later_report(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + 2, argv + argc);
  if (words == std::vector<std::string>{"--help"} || words == std::vector<std::string>{"-h"})
    return std::fputs(usage.data(), stdout) >= 0 && std::fflush(stdout) == 0 ? exit_success
                                                                             : exit_io;
  const request asked = parse(words);
  check(asked);
  journal_file file(asked.journal, journal_file::access::read);
  if (!file.is_regular()) throw usage_error("report: " + escape(asked.journal) + " is no journal");

  journal_survey survey;
  read_journal(file, [&](const journal_entry& e) { survey.take(e); });
  if (survey.run().empty())
    throw usage_error("report: " + escape(asked.journal) + " has no run of weir's");

  const run_identity identity("weir report " + shell_quote(asked.journal),
                              run_identity::steady_time(), survey.started_at());
  record_settings settings{identity, asked.page, survey.most_slots()};
  const journal_replay* told = nullptr;
  settings.now = [&] { return told->now(); };
  const auto page = named_by("report", [&] { return format_of_pages().open(settings); });
  std::optional<io_error> lost;
  page->failed = [&](const io_error& error) { lost = error; };
  journal_replay replay(identity, survey.run(), *page);
  told = &replay;
  read_journal(file, [&](const journal_entry& e) { replay.take(e); });
  replay.finish();
  page->finish();
  if (lost) throw io_error(*lost);
  return exit_success;
}

}  // namespace weir::cli
