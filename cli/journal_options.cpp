#include "journal_options.hpp"

#include <cstring>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "text/escape.hpp"
#include "text/json_text.hpp"

namespace weir::cli {

namespace {

constexpr std::size_t most_titles = 10;
constexpr std::size_t widest_title = 120;

/// What else reading the file showed.
struct findings {
  std::uint64_t good = 0;       ///< lines
  std::uint64_t damaged = 0;    ///< whole lines
  std::uint64_t whole_end = 0;  ///< offset after the last whole line
  std::uint64_t size = 0;
  std::string beginning;  ///< the beginning of the file
};

findings read(journal_file& file, journal_history& history) {
  findings found;
  file.read([&](std::string_view line, std::uint64_t next, bool whole) {
    if (found.size == 0) found.beginning = line.substr(0, journal_beginning.size());
    found.size = next;
    if (!whole) return;
    found.whole_end = next;
    ++(history.take(line) ? found.good : found.damaged);
  });
  history.finish();
  return found;
}

/// True even if a crash cut the first line off.
bool is_journal(const findings& found) {
  const bool cut_off = found.whole_end == 0 && journal_beginning.starts_with(found.beginning);
  return found.size == 0 || found.good > 0 || cut_off;
}

std::string name_of(const options& o) {
  return (o.journal.resume ? "--resume: " : "--journal: ") + escape(o.journal.path);
}

[[noreturn]] void refuse_taken(const options& o, const journal_history& history) {
  std::string holder = "another process";
  if (history.last_pid() > 0)
    holder =
        fmt::format("weir process {}, since {}", history.last_pid(), escape(history.last_start()));
  throw usage_error(name_of(o) + " is in use by " + holder);
}

std::string count(std::uint64_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

/// The directory is empty if it was removed.
void note_other_dir(opened_journal& opened) {
  const std::string& before = opened.history.last_dir();
  if (before.empty() || before == opened.dir || !is_utf8(opened.dir)) return;
  opened.notes.push_back("  its jobs ran in " + escape(before) +
                         ": run from here, they count as different jobs");
}

void note_resumed(const options& o, opened_journal& opened) {
  const auto unfinished = opened.history.unfinished();
  std::string note = fmt::format("resuming {}: {} there", escape(o.journal.path),
                                 count(opened.history.ended(), "job ended", "jobs ended"));
  if (unfinished > 0)
    note += fmt::format(", {} started but did not end (will {} if in this input):", unfinished,
                        o.journal.settings.unfinished_again ? "run again" : "be skipped");
  opened.notes.push_back(note);
  for (const auto& title : opened.history.unfinished_titles(most_titles))
    opened.notes.push_back("  " + escape_and_clip(title, widest_title));
  if (unfinished > most_titles)
    opened.notes.push_back(fmt::format("  and {} more", unfinished - most_titles));
  note_other_dir(opened);
}

}  // namespace

opened_journal open_journal(const options& o) {
  opened_journal opened;
  if (o.journal.path.empty()) return opened;
  const bool is_new = ::access(o.journal.path.c_str(), F_OK) != 0;
  std::error_code ignored;
  opened.dir = std::filesystem::current_path(ignored).string();
  try {
    using access = journal_file::access;
    opened.file =
        std::make_unique<journal_file>(o.journal.path, o.dry_run ? access::read : access::append);
  } catch (const io_error& error) {
    throw usage_error(name_of(o) + (o.dry_run ? " cannot be read: " : " cannot be written: ") +
                      std::strerror(error.code().value()));
  }
  if (!opened.file->is_regular())
    throw usage_error(name_of(o) + " is not a regular file: a journal is read back and truncated");
  if (o.gates.learns) opened.history.keep_peaks();
  const findings found = read(*opened.file, opened.history);
  if (opened.file->is_taken()) refuse_taken(o, opened.history);
  if (const auto version = opened.history.other_version())
    throw usage_error(fmt::format("{} is a journal of version {}: expected version {}", name_of(o),
                                  *version, journal_version));
  if (!is_journal(found))
    throw usage_error(name_of(o) + " is not a weir journal (line 1 should begin with " +
                      std::string(journal_beginning) + ')');
  if (found.size > found.whole_end) {
    if (!o.dry_run) opened.file->truncate(found.whole_end);
    opened.notes.push_back(fmt::format("{}: {} {} after the last whole record",
                                       escape(o.journal.path),
                                       o.dry_run ? "would cut off" : "cut off",
                                       count(found.size - found.whole_end, "byte", "bytes")));
  }
  if (found.damaged > 0)
    opened.notes.push_back(fmt::format("{}: ignored {}: jobs whose end was recorded {} run again",
                                       escape(o.journal.path),
                                       count(found.damaged, "damaged line", "damaged lines"),
                                       found.damaged == 1 ? "in it" : "in them"));
  opened.peaks = opened.history.take_peaks();
  opened.resumed = o.journal.resume && found.good > 0;
  if (opened.resumed) {
    note_resumed(o, opened);
    opened.mean_time = opened.history.mean_time();
    opened.has_records = opened.history.may_have_ends();
    opened.knows = opened.history.knows();
  } else {
    if (!o.journal.resume && opened.history.is_interrupted())
      opened.notes.push_back(escape(o.journal.path) +
                             ": starting over; --resume would continue the interrupted run");
    opened.history = {};
  }
  if (o.journal.resume && found.good == 0)
    opened.notes.push_back(escape(o.journal.path) +
                           (is_new ? " did not exist: all jobs run" : " is empty: all jobs run"));
  return opened;
}

}  // namespace weir::cli
