/// The sources of jobs described by a manifest.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <weir/source.hpp>

#include "batch/added_queue.hpp"
#include "files/line_reader.hpp"
#include "input/manifest/job_stream.hpp"
#include "input/manifest/manifest.hpp"

namespace weir {

/// Changes a job before it is passed on: what the command line says about all jobs.
using job_change = std::function<void(job_spec&)>;

/// A manifest that has been read as a whole.
class manifest_source final : public source {
 public:
  /// \param later takes lines that are added; without, none are.
  manifest_source(manifest all, job_change change, std::optional<job_stream> later);

  awaitable<std::optional<job_spec>> next() override;
  std::vector<added_job> add_line(std::string_view line, std::size_t most) override;
  void close() override { closed_ = true; }

 private:
  manifest all_;
  job_change change_;
  std::optional<job_stream> later_;
  added_queue added_;  ///< given last: they may need any of the others
  std::size_t next_ = 0;
  bool closed_ = false;
};

/// JSON Lines, read as they arrive: jobs start while the rest is still being written.
class job_line_source final : public source {
 public:
  job_line_source(std::unique_ptr<line_reader> lines, const job_stream_options& options,
                  job_change change);

  /// Reads until the settings of the run are known: the first line. Jobs read by then are kept.
  awaitable<> begin();
  const run_settings& run() const noexcept { return stream_.run(); }
  const std::vector<pool_settings>& pools() const noexcept { return stream_.pools(); }

  awaitable<std::optional<job_spec>> next() override;
  std::vector<added_job> add_line(std::string_view line, std::size_t most) override;
  void close() override;

 private:
  std::optional<job_spec> next_buffered();
  bool take_line();
  awaitable<bool> read_more();

  std::unique_ptr<line_reader> lines_;
  job_stream stream_;
  job_change change_;
  std::vector<manifest_job> ready_;  ///< of the last line read
  std::size_t next_ = 0;             ///< index in ready_
  added_queue added_;
  bool ended_ = false;
  bool closed_ = false;
};

}  // namespace weir
