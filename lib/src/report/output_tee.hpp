/// Shows observers what jobs write, on its way to where it is printed.
///
/// Output has to pass through memory for that, so this is only inserted if a record asked for
/// output.
#pragma once

#include <memory>
#include <unordered_map>

#include <weir/event.hpp>
#include <weir/output_sink.hpp>

namespace weir {

class output_tee final : public output_router {
 public:
  /// \param next, watcher must outlive this.
  output_tee(output_router& next, observer& watcher);

  ~output_tee() override;

  output_sink* open(const job_spec& job, unsigned slot) override;
  std::string close(output_sink& sink, verdict judged, bool want_tail) override;
  std::string attempt_ended(output_sink& sink) override;
  void absent(std::uint64_t seq) override { next_.absent(seq); }

 private:
  class sink;

  output_router& next_;
  observer& watcher_;
  std::unordered_map<output_sink*, std::unique_ptr<sink>> open_;
};

}  // namespace weir
