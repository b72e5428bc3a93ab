/// The processes of one attempt while they are being ended: which signal goes to which, and when
/// nothing is left.
///
/// The tree is the main process with its group, and anything else that belongs to the job, which
/// process_owners decides. Parts of it may be shielded: they are passed over, and the tree has not
/// gone before they have; when they are killed, what waits for them is killed first. It looks at
/// nothing and signals nobody: what exists is passed in, and tree_sweeper, which looks at all trees
/// together, sends the signals it returns.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "process/process_owners.hpp"
#include "process/process_table.hpp"

namespace weir {

class job_control_group;

class process_tree {
 public:
  /// Notified as the tree ends. Called from the loop.
  class owner {
   public:
    virtual ~owner() = default;
    /// Nothing is left of what was sent a signal, except the main process's zombie.
    virtual void tree_gone() = 0;
    /// The last shield in it has ended.
    virtual void shields_gone() = 0;
  };

  /// Signals to be sent now.
  struct orders {
    bool group = false;                      ///< to the main process's group
    std::vector<process_entry> processes{};  ///< and to these
  };
  using predicate = std::function<bool(const process_entry&)>;
  /// What else the tree contains, as seen from one of its processes.
  struct surroundings {
    predicate waits_for_shield;
    /// The weir inside the job that has started the process for a job of its own; null if none.
    /// That weir is told to end, and ends what it has started by its own rules: with their shields,
    /// in their time.
    std::function<const process_entry*(const process_entry&)> inner_weir;
  };
  using members = std::vector<process_entry>;

  /// \param grace from TERM to KILL, for shields. \param waiting must outlive this.
  process_tree(attempt_id job, std::chrono::nanoseconds grace, owner& waiting)
      : job_(job), grace_(grace), owner_(waiting) {}
  process_tree(const process_tree&) = delete;
  process_tree& operator=(const process_tree&) = delete;

  attempt_id job() const noexcept { return job_; }
  std::chrono::nanoseconds grace() const noexcept { return grace_; }
  /// The main process's pid, which is also its group; 0 if there is none, or it has been reaped.
  pid_t leader() const noexcept { return leader_; }
  /// ticks_now() before the main process started.
  std::uint64_t since() const noexcept { return since_; }
  /// Its exit was seen, or there is none: the tree may be found to be empty.
  bool leader_ended() const noexcept { return leader_ended_; }
  /// The last signal sent: SIGTERM or SIGKILL; 0: none.
  int signal() const noexcept { return signal_; }

  /// The control group that it was born in: all that is in that is of the tree. Null: none.
  const job_control_group* control_group() const noexcept { return control_group_; }
  void born_in(const job_control_group* group) noexcept { control_group_ = group; }

  // The main process.
  void starting(std::uint64_t now) noexcept { since_ = now; }
  void started(pid_t leader) noexcept;
  void end_of_leader() noexcept { leader_ended_ = true; }
  void leader_reaped() noexcept;

  // Ending it.
  /// From now on, TERM or KILL is sent. A second call raises the signal.
  orders begin(int signal, const members& there, const surroundings& around);
  /// Takes the findings of a later look. \returns what is to be sent to them: TERM once, KILL again
  /// and again.
  orders look(const members& there, const surroundings& around);
  /// What was being killed has waited for a shield, which has gone: it may finish, and only new
  /// processes are sent TERM.
  void relent() noexcept;
  bool has_gone(const members& there) const noexcept;
  /// Whether a look can find anything new: with TERM, not until its main process has ended.
  bool wants_looks() const noexcept;
  void tell_gone() { owner_.tree_gone(); }

  // Shields.
  unsigned shields() const noexcept { return shields_; }
  /// \param to the process that shields itself, with what it starts.
  void shield_granted(pid_t to) noexcept {
    ++shields_;
    leader_is_shield_ = leader_is_shield_ || to == leader_;
  }
  /// The main process has a shield, or had one until it ended.
  bool leader_is_shield() const noexcept { return leader_is_shield_; }
  /// Its shields are being ended.
  void shield_no_more() noexcept { may_shield_ = false; }
  bool may_shield() const noexcept { return may_shield_; }
  void shield_ended();
  /// One of them is being ended, and does not end by itself.
  void ending_shield() noexcept { shield_was_ended_ = true; }
  bool shield_was_ended() const noexcept { return shield_was_ended_; }
  /// They are being killed, so what waits for one gets KILL, too.
  void kill_shields() noexcept { kills_shields_ = true; }
  bool kills_shields() const noexcept { return kills_shields_; }
  /// Something in it is to have its time.
  bool spares() const noexcept { return shields_ > 0 && !kills_shields_; }
  void forget_shields() noexcept { shields_ = 0; }

 private:
  friend class tree_sweeper;
  static constexpr std::size_t nowhere = ~std::size_t{0};

  bool has_group() const noexcept { return !spares() && leader_ != 0; }
  bool is_left_to_weir(const process_entry& process, const surroundings& around) const;
  void order(const process_entry& process, const surroundings& around, orders& to);

  const attempt_id job_;
  const std::chrono::nanoseconds grace_;
  owner& owner_;
  pid_t leader_ = 0;
  std::uint64_t since_ = 0;
  int signal_ = 0;
  bool leader_ended_ = false;
  const job_control_group* control_group_ = nullptr;
  unsigned shields_ = 0;
  bool leader_is_shield_ = false;
  bool shield_was_ended_ = false;
  bool kills_shields_ = false;
  bool may_shield_ = true;
  std::vector<std::pair<pid_t, std::uint64_t>> told_;  ///< pid and start time, sent signal_ once
  // Used only by the sweeper.
  std::size_t index_ = nowhere;  ///< in its list of trees that run
  std::size_t place_ = 0;        ///< on the board
  bool looked_gone_ = false;     ///< as of the last look
};

}  // namespace weir
