/// A record in a directory of its own: events in, text out.
#pragma once

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "report/records/record.hpp"
#include "report/sample_events.hpp"
#include "support/catch.hpp"

namespace weir::test {

class record_bench {
 public:
  record_bench() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-record-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    directory_ = name;
  }
  ~record_bench() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  record_bench(const record_bench&) = delete;
  record_bench& operator=(const record_bench&) = delete;

  /// \param name of the file in this directory. The run began at second 0, on the first day of
  /// 2026.
  std::unique_ptr<record> open(const record_format& format, const std::string& name) const {
    return format.open(settings(name));
  }
  /// Of another run each time.
  record_settings settings(const std::string& name) const {
    const auto start = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
    return {runs_.emplace_back("", at(0), start), path(name), 2u};
  }

  std::string path(const std::string& name) const { return directory_ / name; }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(directory_ / name, std::ios::binary).rdbuf();
    return text.str();
  }

 private:
  mutable std::deque<run_identity> runs_;
  std::filesystem::path directory_;
};

/// A job of several words, without a text of its own.
inline job_spec words(std::uint64_t seq, argument_list argv, job_settings settings = {}) {
  job_spec j;
  j.seq = seq;
  j.argv = std::move(argv);
  j.settings = std::make_shared<const job_settings>(std::move(settings));
  return j;
}

inline void write(record& to, const job_spec& j, std::string_view bytes,
                  output_stream which = output_stream::out) {
  to.on(job_output{j, which, {bytes.data(), bytes.size()}});
}

}  // namespace weir::test
