#include "input/manifest/manifest.hpp"

#include <algorithm>
#include <utility>

#include "input/manifest/expander.hpp"
#include "input/manifest/head_reader.hpp"
#include "input/manifest/job_reader.hpp"
#include "input/manifest/linker.hpp"
#include "input/manifest/toml_pieces.hpp"
#include "input/manifest/toml_tree.hpp"

namespace weir {

namespace {

using doc::fault_list;
using doc::field_checker;
using doc::node;

const node* find_job(const node& root) {
  return doc::find(*root.as<node::table>(), "job");
}

// The jobs of a piece that has nothing else.
const node::array* jobs_alone(const node& root) {
  const node* jobs = find_job(root);
  return jobs && root.as<node::table>()->size() == 1 ? jobs->as<node::array>() : nullptr;
}

// As many as are written in the usual way, without what matrices make of them.
std::size_t count_jobs(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find("\n[[job]]", at)) != std::string_view::npos; ++at)
    ++count;
  return std::min(count, most_jobs);
}

// Reads the head of a manifest and then its jobs, all in one tree or some at a time.
//
// Jobs are expanded as they are read. But each stage tells its faults only if the one before found
// none, so that none is told twice: until all is read, those of expanding are kept apart.
class reading {
 public:
  /// \returns whether all pieces are documents of their own, which say what all say together.
  bool read_pieces(std::string_view text, std::size_t piece_size);
  void read_whole(std::string_view text);
  /// \throws usage_error
  manifest finish(std::string_view text, std::string_view file);

 private:
  void read_jobs(const node::array& tables);
  void expand(doc::job_draft&& draft);

  fault_list faults_;
  field_checker check_{faults_};
  fault_list expansion_faults_;
  field_checker expansion_check_{expansion_faults_};
  doc::document_head head_;
  doc::expander expander_{head_};
  doc::job_room left_;
  std::vector<doc::open_job> expanded_;  // the jobs of one table, for a moment
  doc::linker linker_;
};

bool reading::read_pieces(std::string_view text, std::size_t piece_size) {
  const auto pieces = doc::toml_pieces(text, piece_size);
  if (pieces.size() == 1) return false;
  const auto head = doc::parse_toml_piece(pieces.front(), 1);
  if (!head || find_job(*head)) return false;
  head_ = doc::read_document(*head, check_);
  linker_.expect(count_jobs(text));
  std::uint32_t line = 1;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    line += static_cast<std::uint32_t>(std::ranges::count(pieces[i - 1], '\n'));
    const auto root = doc::parse_toml_piece(pieces[i], line);
    const node::array* jobs = root ? jobs_alone(*root) : nullptr;
    if (!jobs) return false;
    read_jobs(*jobs);
  }
  return true;
}

void reading::read_whole(std::string_view text) {
  const auto root = doc::parse_toml(text, faults_);
  if (!root) return;
  head_ = doc::read_document(*root, check_);
  if (const node::array* jobs = std::exchange(head_.jobs, nullptr)) read_jobs(*jobs);
}

void reading::read_jobs(const node::array& tables) {
  for (const node& job : tables) {
    if (check_.full()) return;
    if (const auto* table = check_.table(job, "job", "a table"))
      expand(doc::read_job(*table, job.at, "a job", check_));
  }
}

void reading::expand(doc::job_draft&& draft) {
  if (!faults_.empty() || expansion_check_.full()) return;
  expander_.expand(std::move(draft), expanded_, left_, expansion_check_);
  for (doc::open_job& open : expanded_) linker_.add(std::move(open));
  expanded_.clear();
}

manifest reading::finish(std::string_view text, std::string_view file) {
  if (faults_.empty()) faults_ = std::move(expansion_faults_);
  manifest m{head_.run, head_.pools, {}};
  if (faults_.empty()) m.jobs = linker_.link(check_);
  doc::throw_if_any(faults_, file, text);
  return m;
}

}  // namespace

manifest read_toml_manifest(std::string_view text, std::string_view file, std::size_t piece_size) {
  fault_list refusal;
  if (!doc::may_parse_toml(text, refusal)) doc::throw_if_any(refusal, file, text);
  reading in_pieces;
  if (in_pieces.read_pieces(text, piece_size)) return in_pieces.finish(text, file);
  // Whatever is wrong with a piece, or with what several say together, is told of the whole.
  reading whole;
  whole.read_whole(text);
  return whole.finish(text, file);
}

}  // namespace weir
