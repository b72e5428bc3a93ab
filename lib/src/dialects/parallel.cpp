#include "dialects/parallel.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <weir/argument_list.hpp>
#include <weir/error.hpp>

#include "dialects/parallel_alike.hpp"
#include "dialects/parallel_blocks.hpp"
#include "dialects/parallel_number.hpp"
#include "dialects/parallel_packing.hpp"
#include "dialects/parallel_shell.hpp"
#include "dialects/parallel_signs.hpp"
#include "dialects/parallel_words.hpp"
#include "dialects/termination_sequence.hpp"
#include "input/count.hpp"
#include "input/item_sign.hpp"
#include "input/line_plan.hpp"
#include "input/shell_syntax.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::string_view items_sign = ":::", files_sign = "::::";

/// An input source of the command line.
struct group {
  std::vector<std::string> words;
  bool files = false;
  bool linked = false;
};

bool is_profile(const given_foreign_option& o) {
  return o.option->first_name() == "-J";
}

class parallel_request_reader {
 public:
  explicit parallel_request_reader(const parallel_surroundings& around) : around_(around) {}

  parallel_request read(std::span<const std::string> words) {
    request_.semaphore.wanted = around_.called_sem;
    const foreign_command_line line = take_apart(parallel_options(), words);
    if (!line.has("--plain")) take_options_of_elsewhere(line);
    for (const given_foreign_option& given : line.given) take(given);
    if (keeps_order_ && is_captured_) pass("-k");
    if (!is_captured_) drop(option_subject::tags);  // output comes as it is written
    split(words.subspan(line.rest));
    if (blocks_.wanted() && !blocks_.all_to_all)
      forget_items();
    else if (command_.empty() && !request_.semaphore.wanted)
      settle_lines();
    if (command_.empty() && blocks_.all_to_all) command_.push_back(item_sign(signs_.syntax));
    pass_all(words_for(request_.records, packing_.by_chance()));
    pass_all(words_for(packing_));
    pass_all(words_for(request_.machine));
    pass_all(words_for_hosts(signs_, request_.machine, command_));
    request_.semaphore.wanted ? settle_semaphore() : settle_input();
    settle_command();
    settle_groups();
    return std::move(request_);
  }

 private:
  /// Options of profiles, and of the environment, come before those of the command line.
  void take_options_of_elsewhere(const foreign_command_line& line) {
    for (const given_foreign_option& given : line.given)
      if (is_profile(given))
        take_options(words_of(given.name, around_.profile(given.name, *given.value)));
    take_options(words_of("PARALLEL", around_.options));
  }

  void take_options(const std::vector<std::string>& words) {
    for (const given_foreign_option& given : take_apart(parallel_options(), words).given)
      if (is_profile(given))
        throw usage_error(given.name + ": allowed only on the command line");
      else
        take(given);
  }

  void take(const given_foreign_option& o) {
    const std::string_view option = o.option->first_name();
    if (take_semaphore_option(request_.semaphore, o) || take_sources(option, o) ||
        take_sign_option(signs_, o) || take_batch(option, o) || take_block_option(blocks_, o) ||
        take_packing_option(packing_, o) || take_leaving(option, o) ||
        take_machine_option(request_.machine, o, around_.profile) ||
        take_record_option(request_.records, o))
      return;
    if (option == "-q") {
      quotes_ = true;
    } else if (option == "-k" || option == "--no-keep-order") {
      keeps_order_ = option == "-k";
    } else if (option == "--halt") {
      pass("--halt", *o.value);
    } else if (option == "--bar") {
      request_.shows_progress = true;
      pass("--bar");
    } else if (option == "--term-seq") {
      pass("--close-timeout", close_timeout_for(o));
    } else if (option == "--limit") {
      pass("--gate", gate_for_limit(*o.value));
      request_.machine.spoken["--gate"] = o.name;
    } else {
      take_alike(option, o);
    }
  }

  /// Options that weir has under the same or another name.
  void take_alike(std::string_view option, const given_foreign_option& o) {
    has_columns_ = has_columns_ || option == "-C";
    trims_ = trims_ || option == "--trim";
    has_header_ = has_header_ || option == "--header";
    if (option == "-0" || option == "-d") {
      delimited_ = true;
      delimiter_name_ = o.name;
    }
    if (option == "--csv") delimited_ = true;
    if (option == "-j") limited_ = true;
    if (option == "-u" || option == "--tty") is_captured_ = false;
    if (option == "--group") is_captured_ = true;
    const std::string_view name = weirs_name(option);
    if (name.empty()) return;
    const std::size_t begin = request_.words.size();
    if (o.value && o.option->value_is_optional())
      pass(std::string(name) + *o.value);
    else if (o.value)
      pass(name, *o.value);
    else
      pass(name);
    alike_.push_back({subject_of(option), begin, request_.words.size() - begin});
  }

  bool take_sources(std::string_view option, const given_foreign_option& o) {
    if (option == "-a")
      files_.push_back(*o.value);
    else if (option == "--arg-sep")
      items_sign_ = *o.value;
    else if (option == "--arg-file-sep")
      files_sign_ = *o.value;
    else if (option == "-r")
      request_.skips_space = true;
    else
      return false;
    return true;
  }

  bool take_batch(std::string_view option, const given_foreign_option& o) {
    if (option != "-n" && option != "-N" && option != "-L" && option != "-l") return false;
    const std::uint64_t count =
        o.value ? parse_count(o.name, in_digits(*o.value), 0, 1'000'000'000) : 1;
    request_.fills_none = count == 0;
    batch_is_given_ = count > 0;
    batch_name_ = o.name;
    batch_ = std::max<std::uint64_t>(count, 1);
    (option == "-L" || option == "-l" ? lines_ : records_) = batch_;
    return true;
  }

  bool take_leaving(std::string_view option, const given_foreign_option& o) {
    if (option == "--help")
      request_.help = true;
    else if (option == "--record-env" || option == "--session" || option == "--citation")
      request_.has_nothing_to_do = true;
    else if (option == "--version")
      request_.version = true;
    else if (option == "--max-line-length-allowed")
      request_.longest_line = longest_line_allowed;
    else if (option.starts_with("--number-of-"))
      request_.counted = option;
    else if (option == "--minversion")
      request_.least_version = static_cast<unsigned>(parse_count(o.name, *o.value, 1, 99'999'999));
    else
      return false;
    return true;
  }

  void pass_all(std::vector<std::string> words) {
    for (std::string& word : words) request_.words.push_back(std::move(word));
  }
  void pass(std::string_view option) { request_.words.emplace_back(option); }
  void pass(std::string_view option, const std::string& value) {
    pass(option);
    request_.words.push_back(value);
  }

  /// Splits words into the command and the groups after it.
  void split(std::span<const std::string> words) {
    for (const std::string& word : words) {
      if (const auto begun = begins_group(word))
        groups_.push_back(*begun);
      else if (groups_.empty())
        command_.push_back(word);
      else
        groups_.back().words.push_back(word);
    }
  }

  std::optional<group> begins_group(std::string_view word) const {
    for (const bool files : {false, true}) {
      const std::string& sign = files ? files_sign_ : items_sign_;
      if (word == sign) return group{{}, files, false};
      if (word == sign + '+') return group{{}, files, true};
    }
    return std::nullopt;
  }

  /// Options about items do not apply to blocks: GNU parallel ignores them, too.
  void forget_items() {
    if (!delimiter_name_.empty())
      throw usage_error(delimiter_name_ + ": with --pipe, --recend says how records end");
    packing_.how = packing_.chars = {};
    drop(option_subject::items);
    drop(option_subject::blanks);
    if (!blocks_.have_columns) drop(option_subject::columns);
  }

  /// Each item is a command line: nothing is filled in, and items are not combined.
  void settle_lines() {
    is_items_ = quotes_;
    if (is_items_) return command_.push_back(item_sign(signs_.syntax));
    const std::string joins = packs() ? packing_.how : batch_ > 1 ? batch_name_ : "";
    if (!joins.empty())
      throw usage_error(joins + ": without a COMMAND, each item is a command line of its own");
    packing_.chars.clear();
    // A shell strips blanks from a line anyway.
    for (const auto about : {option_subject::placeholders, option_subject::blanks}) drop(about);
    if (!has_header_ || groups_.size() + files_.size() > 1) return;
    drop(option_subject::names);
    pass("--skip-first-line");
  }

  /// Removes what was passed on about this so far.
  void drop(option_subject what) {
    for (auto each = alike_.rbegin(); each != alike_.rend(); ++each) {
      if (each->about != what) continue;
      const auto begin = request_.words.begin() + static_cast<std::ptrdiff_t>(each->begin);
      const std::size_t size = std::exchange(each->size, 0);
      request_.words.erase(begin, begin + static_cast<std::ptrdiff_t>(size));
      for (auto later = alike_.rbegin(); later != each; ++later) later->begin -= size;
    }
  }

  /// An empty line is an empty item, except with -r.
  void settle_input() {
    if (blocks_.wanted()) return settle_blocks();
    if (!request_.skips_space && !delimited_ && !command_.empty()) pass("-d", "\\n");
    pass("-r");
    // When packing, -n 1 is different from as many as fit.
    if (batch_ > 1 || (packs() && batch_is_given_)) pass("-n", std::to_string(batch_));
    request_.joins_lines = lines_ > 0;
    for (group& each : groups_)
      if (request_.skips_space && !each.files) leave_out_space(each.words);
    std::vector<group> first;
    for (const std::string& file : files_) first.push_back({{file}, true, false});
    groups_.insert(groups_.begin(), std::make_move_iterator(first.begin()),
                   std::make_move_iterator(first.end()));
    // parallel(1): "--colsep implies --trim rl".
    if (has_columns_ && !trims_) pass("--trim", "lr");
    settle_first_link();
  }

  /// "::::+ a b" with nothing before it links b to a.
  void settle_first_link() {
    if (groups_.empty() || !groups_.front().linked) return;
    groups_.front().linked = false;
    std::vector<std::string>& words = groups_.front().words;
    if (!groups_.front().files || words.size() < 2) return;
    group others{{words.begin() + 1, words.end()}, true, true};
    words.resize(1);
    groups_.insert(groups_.begin() + 1, std::move(others));
  }

  /// One job, which gets no item; one at a time unless -j is given.
  void settle_semaphore() {
    semaphore_request& semaphore = request_.semaphore;
    if (!groups_.empty() || !files_.empty())
      throw usage_error((files_.empty() ? '"' + items_sign_ + '"' : "-a") +
                        ": a semaphore has one command and reads no items");
    if (semaphore.waits_for_all) command_ = {"true"};
    if (command_.empty() && !semaphore.lists && !request_.help && !request_.version)
      throw usage_error("COMMAND is missing: a semaphore runs one");
    if (!limited_) pass("-j", "1");
    request_.fills_none = true;
    groups_.push_back({{""}, false, false});
  }

  /// No job is needed if the input is empty.
  void settle_blocks() {
    pass("-r");
    if (blocks_.all_to_all && !limited_) pass("-j", "0");
    pass(blocks_.of_file ? "--pipepart" : "--pipe");
    for (const std::string& word : blocks_.words) pass(word);
    if (lines_ > 0) pass("-L", std::to_string(lines_));
    if (records_ > 0) pass("-N", std::to_string(records_));
    for (const std::string& file : files_) pass("-a", file);
    // The files of :::: are treated like those of -a.
    if (!blocks_.of_file) return;
    for (const group& each : groups_)
      for (const std::string& file : each.files ? each.words : std::vector<std::string>{})
        pass("-a", file);
    std::erase_if(groups_, [](const group& each) { return each.files; });
  }

  bool packs() const { return !packing_.how.empty(); }

  void settle_command() {
    if (command_.empty()) {
      pass("--shell", around_.shell);
      return pass("--");
    }
    const bool several = packs() || batch_ > 1;
    const parallel_shell shell(around_, packs() || (quotes_ && several));
    request_.is_argv = quotes_ && (several || is_items_) && shell.is_left_out_for(command_.front());
    if (request_.is_argv) {
      fill_words();
      pass("--");
      for (std::string& word : command_) word = in_weirs_signs(signs_, std::move(word));
      return pass_all(command_);
    }
    settle_script(shell);
  }

  /// Does without a shell what GNU parallel does to words.
  void fill_words() {
    if (packing_.how == "-m" || packing_.how == "--xargs") request_.many = many_items::split;
    if (!packs() && batch_ > 1) request_.many = many_items::repeated;
  }

  void settle_script(const parallel_shell& shell) {
    std::string script;
    for (const std::string& word : command_)
      (script += script.empty() ? "" : " ") += quotes_ ? shell_quote(word) : word;
    script = in_weirs_signs(signs_, std::move(script));
    const bool has_item = blocks_.all_to_all || blocks_.named;
    if (blocks_.wanted() && !has_item) script = without_items(script, signs_.syntax);
    const std::string_view program =
        std::string_view(script).substr(0, script.find_first_of(" \t"));
    // For a semaphore, the shell reports a missing program.
    const bool in_shell =
        request_.semaphore.wanted || !is_plain(script, signs_.syntax) ||
        has_items_as_code(script, placeholder_grammar({}, false, signs_.syntax)) ||
        !shell.is_left_out_for(program);
    if (in_shell)
      pass("--shell", shell.for_script(script));
    else
      fill_words();
    pass("--");
    // Given as words, they are executed even if a shell has such a command.
    if (!in_shell && packs())
      pass_all(blank_separated(script, signs_.syntax));
    else
      request_.words.push_back(std::move(script));
  }

  void settle_groups() {
    for (const group& each : groups_) {
      request_.words.emplace_back(each.files ? files_sign : items_sign);
      if (each.linked) request_.words.back() += '+';
      request_.words.insert(request_.words.end(), each.words.begin(), each.words.end());
    }
  }

  const parallel_surroundings& around_;
  parallel_request request_;
  std::vector<std::string> command_;
  std::vector<group> groups_;
  std::vector<std::string> files_;
  parallel_signs signs_;
  struct passed_option {
    option_subject about;
    std::size_t begin, size;  ///< in request_.words
  };
  std::vector<passed_option> alike_;
  std::string items_sign_{items_sign}, files_sign_{files_sign};
  std::uint64_t batch_ = 1;  ///< -n, -L
  bool batch_is_given_ = false;
  std::string batch_name_, delimiter_name_;  ///< as typed
  std::uint64_t lines_ = 0, records_ = 0;
  parallel_blocks blocks_;
  parallel_packing packing_;
  bool has_columns_ = false;  ///< their blanks are trimmed, except with --trim
  bool trims_ = false, has_header_ = false;
  bool keeps_order_ = false, is_captured_ = true;
  bool is_items_ = false;  ///< with -q, each item is a program
  bool quotes_ = false, delimited_ = false, limited_ = false;
};

}  // namespace

parallel_request read_parallel(std::span<const std::string> words,
                               const parallel_surroundings& around) {
  return parallel_request_reader(around).read(words);
}

}  // namespace weir
