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
  /// \param timers must outlive this. Buffered text is written soon after an event: readers of the
  /// file see it within a fifth of a second.
  explicit record_set(timer_queue& timers) : timers_(timers) {}

  /// \param name for people: where the record is.
  void add(std::unique_ptr<record> one, std::string name, bool wants_output);

  void on(const event& e) override;
  /// The run is over: suspends until what was put off is done, one piece per turn of the loop. This
  /// leaves finish() little to do.
  awaitable<> work_off();
  /// Completes the files.
  void finish();

  /// Reports each record that could not be written, once.
  void report_to(inbox& to) { inbox_ = &to; }

  bool empty() const noexcept { return records_.empty(); }
  /// Whether any record asks for job_output events.
  bool wants_output() const noexcept { return wants_output_; }
  /// Where the records are, except those that could not be written, in the order in which they were
  /// added.
  std::vector<std::string> names() const;

 private:
  struct member {
    std::unique_ptr<record> one;
    std::string name;
    bool wants_output;
  };

  void begin();
  void flush();
  void flush_soon();
  void write_ends(const record& of);
  bool puts_off(const record& of, std::uint64_t seq) const;
  bool has_failed_before(const record& of) const;
  bool has_work() const;
  void work();
  void work_soon();

  timer_queue& timers_;
  timer_queue::timer soon_;
  timer_queue::timer work_;
  std::vector<member> records_;
  bool begun_ = false;
  bool writes_ends_ = false;
  inbox* inbox_ = nullptr;
  bool wants_output_ = false;
};

}  // namespace weir
