#include "input/manifest/manifest.hpp"

#include <algorithm>
#include <utility>

#include "input/manifest/head_reader.hpp"
#include "input/manifest/job_taker.hpp"
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

// The jobs of a piece that contains nothing else.
const node::array* jobs_alone(const node& root) {
  const node* jobs = find_job(root);
  return jobs && root.as<node::table>()->size() == 1 ? jobs->as<node::array>() : nullptr;
}

// Counts jobs written in the usual way, without those that matrices add.
std::size_t count_jobs(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find("\n[[job]]", at)) != std::string_view::npos; ++at)
    ++count;
  return std::min(count, most_jobs);
}

// The parser stops where a text is not TOML. This reports what is wrong with later jobs, too.
void tell_further_breaks(std::string_view text, fault_list& faults) {
  const std::uint32_t first = faults.kept().front().at.line;
  std::uint32_t line = 1;
  for (const std::string_view piece : doc::toml_pieces(text, 0)) {
    if (faults.full()) return;
    fault_list own;
    if (line > first && !doc::parse_toml(piece, own)) {
      const doc::fault& one = own.kept().front();
      faults.add({one.at.line + line - 1, one.at.column}, one.message);
    }
    line += static_cast<std::uint32_t>(std::ranges::count(piece, '\n'));
  }
}

// Reads the head of a manifest and then its jobs, in one tree or piece by piece.
//
// Each job goes through all stages as it is read, and all faults are reported together.
class reading {
 public:
  explicit reading(const manifest_context& context)
      : context_(context), jobs_(head_, context.blocks) {}

  /// \returns whether all pieces are separate documents that together mean the same as the text.
  bool read_pieces(std::string_view text, std::size_t piece_size);
  void read_whole(std::string_view text);
  /// \throws usage_error
  manifest finish(std::string_view text, std::string_view file);

 private:
  void read_head(const node& root);
  void read_jobs(const node::array& tables);

  const manifest_context& context_;
  fault_list faults_;
  field_checker check_{faults_};
  doc::document_head head_;
  doc::job_taker jobs_;
  doc::job_room left_;
  std::vector<doc::open_job> expanded_;  // the jobs of the current table
  doc::linker linker_;
};

bool reading::read_pieces(std::string_view text, std::size_t piece_size) {
  const auto pieces = doc::toml_pieces(text, piece_size);
  if (pieces.size() == 1) return false;
  const auto head = doc::parse_toml_piece(pieces.front(), 1);
  if (!head || find_job(*head)) return false;
  read_head(*head);
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
  if (!root) return tell_further_breaks(text, faults_);
  read_head(*root);
  if (const node::array* jobs = std::exchange(head_.jobs, nullptr))
    read_jobs(*jobs);
  else if (faults_.size() == 0)
    check_.fault({}, "no jobs: expected at least one [[job]], or job = [] for none");
}

void reading::read_head(const node& root) {
  head_ = doc::read_document(root, check_);
  doc::inherit(head_, context_);
  doc::check_run(head_, root, context_, check_);
}

void reading::read_jobs(const node::array& tables) {
  for (const node& job : tables) {
    if (check_.full()) return;
    jobs_.take(job, expanded_, left_, check_);
    for (doc::open_job& open : expanded_) linker_.add(std::move(open));
    expanded_.clear();
  }
}

manifest reading::finish(std::string_view text, std::string_view file) {
  manifest m{head_.run, head_.pools, {}, std::make_shared<const doc::document_head>(head_)};
  if (!check_.full()) m.jobs = linker_.link(check_, jobs_.all_named());
  doc::throw_if_any(faults_, file, text);
  return m;
}

}  // namespace

manifest read_toml_manifest(std::string_view text, std::string_view file, std::size_t piece_size,
                            const manifest_context& context) {
  fault_list refusal;
  if (!doc::may_parse_toml(text, refusal)) doc::throw_if_any(refusal, file, text);
  reading in_pieces(context);
  if (in_pieces.read_pieces(text, piece_size)) return in_pieces.finish(text, file);
  // Anything wrong with a piece, or with several together, is reported for the whole text.
  reading whole(context);
  whole.read_whole(text);
  return whole.finish(text, file);
}

}  // namespace weir
