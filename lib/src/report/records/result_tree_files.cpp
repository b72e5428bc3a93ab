#include "report/records/result_tree_files.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "files/replace_file.hpp"
#include "loop/owned_fd.hpp"
#include "report/records/joblog_columns.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::size_t most_pending_of_a_file = 64 * 1024;

/// An item that ends in a slash names a directory, any other the file of stdout.
std::string file_of(const std::string& item, std::string_view in_directory,
                    std::string_view ending) {
  return item + std::string(item.ends_with('/') ? in_directory : ending);
}

/// Written when a job has ended, so that one whose output is only begun is not taken for done.
std::string seq_of(const std::string& item) {
  return file_of(item, "seq", ".seq");
}

void put(const std::string& path, std::string_view bytes, bool anew) {
  const int how = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (anew ? O_TRUNC : O_APPEND);
  const owned_fd file(::open(path.c_str(), how, 0666));
  if (!file) throw io_error(errno, escape(path));
  if (!bytes.empty()) write_all(file.value(), bytes, escape(path));
}

class result_tree_files final : public record {
 public:
  end_turn turn() const noexcept override { return end_turn::results; }

 private:
  struct job {
    std::string item;
    std::array<std::string, 2> pending;
  };

  void take(const event& e) override {
    if (const auto* started = std::get_if<attempt_started>(&e)) {
      begin(started->job);
    } else if (const auto* wrote = std::get_if<job_output>(&e)) {
      const auto found = running_.find(wrote->job.seq);
      if (found == running_.end()) return;
      job& mine = found->second;
      const auto which = static_cast<std::size_t>(wrote->which);
      mine.pending.at(which).append(wrote->bytes.data(), wrote->bytes.size());
      if (mine.pending[which].size() >= most_pending_of_a_file) write_out(mine);
    } else if (const auto* ended = std::get_if<job_ended>(&e)) {
      const auto mine = running_.find(ended->job.seq);
      if (mine == running_.end()) return;
      write_out(mine->second);
      if (!was_cut_off(*ended))
        put(seq_of(mine->second.item), std::to_string(ended->job.seq), true);
      running_.erase(mine);
    }
  }

  /// Starts afresh with each attempt: the last one is kept. A job that is refused since its item
  /// does not even say where its files are has none.
  void begin(const job_spec& spec) {
    if (!spec.item) return;
    job& mine = running_[spec.seq];
    mine = {*spec.item, {}};
    std::error_code error;
    const auto directory = std::filesystem::path(mine.item).parent_path();
    if (!directory.empty()) std::filesystem::create_directories(directory, error);
    if (error) throw io_error(error.value(), escape(directory.string()));
    if (::unlink(seq_of(mine.item).c_str()) != 0 && errno != ENOENT)
      throw io_error(errno, escape(seq_of(mine.item)));
    put(file_of(mine.item, "stdout", ""), {}, true);
    put(file_of(mine.item, "stderr", ".err"), {}, true);
  }

  static void write_out(job& mine) {
    for (const auto& [which, name, ending] :
         {std::tuple(0U, "stdout", ""), std::tuple(1U, "stderr", ".err")}) {
      std::string& bytes = mine.pending[which];
      if (!bytes.empty()) put(file_of(mine.item, name, ending), bytes, false);
      bytes.clear();
    }
  }

  void put_out() override {
    for (auto& each : running_) write_out(each.second);
  }
  void complete() override { put_out(); }

  std::unordered_map<std::uint64_t, job> running_;  ///< by seq
};

}  // namespace

std::unique_ptr<record> open_result_tree(const record_settings&) {
  return std::make_unique<result_tree_files>();
}

bool has_result_in_tree(const job_spec& job) {
  std::error_code none;
  return job.item && std::filesystem::exists(seq_of(*job.item), none);
}

}  // namespace weir
