/// The records of one run, as one observer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <weir/awaitable.hpp>
#include <weir/notice.hpp>

#include "loop/timer_queue.hpp"
#include "report/records/record.hpp"

namespace weir {

class record_set final : public observer {
 public:
  /// \param timers must outlive this. What is buffered goes out soon after an event: a reader of
  /// the file sees it within a fifth of a second.
  explicit record_set(timer_queue& timers) : timers_(timers) {}

  /// \param name for people: where the record is.
  void add(std::unique_ptr<record> one, std::string name, bool wants_output);

  void on(const event& e) override;
  /// The run is over: suspends until what was put off is done, which a turn of the loop takes a
  /// piece of. Then finish() has little to do.
  awaitable<> work_off();
  /// Makes the files complete.
  void finish();

  /// Puts out the ends of jobs that records hold: before a journal tells of them for good.
  void flush_ends();

  /// Told once of each record that could not be written.
  void report_to(inbox& to) { inbox_ = &to; }

  bool empty() const noexcept { return records_.empty(); }
  /// Whether any of them asks for job_output events.
  bool wants_output() const noexcept { return wants_output_; }
  /// Where the records are that could be written, in the order in which they were added.
  std::vector<std::string> names() const;

 private:
  struct member {
    std::unique_ptr<record> one;
    std::string name;
    bool wants_output;
  };

  void flush();
  bool has_work() const;
  void work();
  void work_soon();

  timer_queue& timers_;
  timer_queue::timer soon_;
  timer_queue::timer work_;
  std::vector<member> records_;
  inbox* inbox_ = nullptr;
  bool wants_output_ = false;
};

}  // namespace weir
