/// What `sem` does before and after its one command: waits for a slot, goes to the background,
/// gives the slot back.
#pragma once

#include <optional>
#include <string>

#include "dialects/semaphore_request.hpp"
#include "files/semaphore_file.hpp"

namespace weir::cli {

class semaphore_gate {
 public:
  /// \param limit how many commands at once; nullopt: any number. \param command for --list.
  semaphore_gate(semaphore_request request, std::optional<unsigned> limit, std::string command)
      : request_(std::move(request)), limit_(limit), command_(std::move(command)) {}

  /// Waits for a slot. To go to the background, this process ends and its child returns. Call it
  /// while there is one thread, no child and nothing in stdio's buffers.
  /// \returns the exit status if nothing is to be run. \throws io_error, usage_error
  std::optional<int> enter();
  /// Gives the slot back, if it has one.
  void leave() noexcept;

 private:
  bool take_slot();

  semaphore_request request_;
  std::optional<unsigned> limit_;
  std::string command_;
  std::optional<semaphore_file> file_;
};

/// A line for each slot in use: of one semaphore, or of all. \throws as enter().
std::string list_holders(const std::optional<std::string>& id);

}  // namespace weir::cli
