#include "dialects/parallel.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include <weir/argument_list.hpp>
#include <weir/error.hpp>

#include "dialects/parallel_blocks.hpp"
#include "dialects/parallel_packing.hpp"
#include "dialects/parallel_words.hpp"
#include "input/count.hpp"
#include "input/exported_functions.hpp"
#include "input/placeholder.hpp"
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

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

class request_reader {
 public:
  explicit request_reader(const parallel_surroundings& around) : around_(around) {}

  parallel_request read(std::span<const std::string> words) {
    const auto is_plain_run = [](const std::string& word) { return word == "--plain"; };
    request_.semaphore.wanted = around_.called_sem;
    if (std::ranges::none_of(words, is_plain_run)) take_options(words_of(around_.options));
    const std::size_t rest = take_options(words);
    if (keeps_order_) pass("-k");
    pass_all(words_for(request_.records, packing_.by_chance()));
    pass_all(words_for(packing_));
    split(words.subspan(rest));
    if (request_.semaphore.wanted)
      settle_semaphore();
    else
      settle_input();
    settle_command();
    settle_groups();
    return std::move(request_);
  }

 private:
  std::size_t take_options(std::span<const std::string> words) {
    const foreign_command_line line = take_apart(parallel_options(), words);
    for (const given_foreign_option& given : line.given) take(given);
    return line.rest;
  }

  void take(const given_foreign_option& o) {
    const std::string_view option = o.option->first_name();
    if (take_semaphore_option(request_.semaphore, o) || take_sources(option, o) ||
        take_replaced(option, o) || take_batch(option, o) || take_block_option(blocks_, o) ||
        take_packing_option(packing_, o) || take_leaving(option, o) ||
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
    } else if (option == "--limit") {
      for (const std::string_view own : {"io", "load", "mem"})
        if (o.value->starts_with(own) && (*o.value + ' ')[own.size()] == ' ')
          throw usage_error("--limit \"" + escape(*o.value) +
                            "\": expected a command; --load and --memfree look at the machine");
      // Its 2 kills a job, and is no end of the run.
      pass("--gate", "sh -c " + shell_quote(*o.value) + " || exit 1");
    } else {
      take_alike(option, o);
    }
  }

  /// Options that weir has under the same or another name.
  void take_alike(std::string_view option, const given_foreign_option& o) {
    has_columns_ = has_columns_ || option == "-C";
    trims_ = trims_ || option == "--trim";
    has_braces_ = has_braces_ && option != "-I" && option != "-i";
    constexpr std::array<std::pair<std::string_view, std::string_view>, 34> alike{
        {{"-0", "-0"},
         {"-I", "-I"},
         {"--plus", "--plus"},
         {"--rpl", "--rpl"},
         {"--parens", "--parens"},
         {"--trim", "--trim"},
         {"-E", "-E"},
         {"--link", "--link"},
         {"--skip-first-line", "--skip-first-line"},
         {"--wd", "--wd"},
         {"--nice", "--nice"},
         {"--tmpdir", "--tmpdir"},
         {"--process-slot-var", "--process-slot-var"},
         {"-i", "-i"},
         {"-e", "-E"},
         {"-C", "--colsep"},
         {"--csv", "--csv"},
         {"-d", "-d"},
         {"--header", "--header"},
         {"-j", "-j"},
         {"--delay", "--delay"},
         {"--tty", "--tty"},
         {"--load", "--load"},
         {"--memfree", "--memfree"},
         {"--memsuspend", "--memsuspend"},
         {"--timeout", "--timeout"},
         {"--retries", "--retries"},
         {"--group", "--group"},
         {"-u", "-u"},
         {"--lb", "--line-buffer"},
         {"--tag", "--tag"},
         {"--tagstring", "--tagstring"},
         {"--dry-run", "--dry-run"},
         {"--env", ""}}};
    const auto* const found =
        std::ranges::find(alike, option, [](auto& each) { return each.first; });
    if (option == "-0" || option == "-d") delimited_ = true;
    if (option == "--csv") delimited_ = true;
    if (option == "-j") limited_ = true;
    if (found == alike.end() || found->second.empty()) return;
    if (o.value && o.option->value_is_optional())
      pass(std::string(found->second) + *o.value);
    else if (o.value)
      pass(found->second, *o.value);
    else
      pass(found->second);
  }

  bool take_sources(std::string_view option, const given_foreign_option& o) {
    if (option == "-a")
      files_.push_back(*o.value);
    else if (option == "--arg-sep")
      items_sign_ = *o.value;
    else if (option == "--arg-file-sep")
      files_sign_ = *o.value;
    else if (option == "-r")
      skips_empty_ = true;
    else
      return false;
    return true;
  }

  bool take_replaced(std::string_view option, const given_foreign_option& o) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> signs{
        {{"-U", "{.}"},
         {"--bnr", "{/}"},
         {"--dnr", "{//}"},
         {"--bner", "{/.}"},
         {"--seqreplace", "{#}"},
         {"--slotreplace", "{%}"}}};
    const auto* const found =
        std::ranges::find(signs, option, [](auto& each) { return each.first; });
    if (found == signs.end()) return false;
    const std::string sign = o.value.value_or("{}");
    if (sign.empty()) throw usage_error(o.name + ": R must not be empty");
    if (sign != found->second) replaced_.emplace_back(sign, found->second);
    return true;
  }

  bool take_batch(std::string_view option, const given_foreign_option& o) {
    if (option != "-n" && option != "-N" && option != "-L" && option != "-l") return false;
    const std::uint64_t count = o.value ? parse_count(o.name, *o.value, 0, 1'000'000'000) : 1;
    request_.fills_none = count == 0;
    batch_ = std::max<std::uint64_t>(count, 1);
    const bool lines = option == "-L" || option == "-l";
    (lines ? lines_ : records_) = batch_;
    return true;
  }

  bool take_leaving(std::string_view option, const given_foreign_option& o) {
    if (option == "--help")
      request_.help = true;
    else if (option == "--version")
      request_.version = true;
    else if (option == "--max-line-length-allowed")
      request_.longest_line = longest_argument;
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

  /// The command, and groups behind it.
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

  /// An empty line is an empty item, but with -r.
  void settle_input() {
    if (blocks_.wanted()) return settle_blocks();
    if (!skips_empty_ && !delimited_ && !command_.empty()) pass("-d", "\\n");
    pass("-r");
    if (batch_ > 1) pass("-n", std::to_string(batch_));
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

  /// One job, which gets no item; at most one, where -j says nothing.
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

  /// Without a job the input may be empty.
  void settle_blocks() {
    if (skips_empty_)
      throw usage_error("-r: with --pipe empty lines stay: write grep . | parallel --pipe ...");
    pass("-r");
    pass(blocks_.of_file ? "--pipepart" : "--pipe");
    for (const std::string& word : blocks_.words) pass(word);
    if (lines_ > 0) pass("-L", std::to_string(lines_));
    if (records_ > 0) pass("-N", std::to_string(records_));
    for (const std::string& file : files_) pass("-a", file);
    // The files of :::: are those of -a.
    if (!blocks_.of_file) return;
    for (const group& each : groups_)
      for (const std::string& file : each.files ? each.words : std::vector<std::string>{})
        pass("-a", file);
    std::erase_if(groups_, [](const group& each) { return each.files; });
  }

  void settle_command() {
    if (command_.empty()) {
      pass("--shell", around_.shell);
      return pass("--");
    }
    std::string script;
    for (const std::string& word : command_)
      (script += script.empty() ? "" : " ") += quotes_ ? shell_quote(word) : word;
    for (const auto& [sign, placeholder] : replaced_) replace_all(script, sign, placeholder);
    const bool has_item = blocks_.all_to_all || blocks_.named;
    if (blocks_.wanted() && !has_item && has_braces_) replace_all(script, "{}", "");
    const bool in_shell = !runs_without_shell(script);
    if (in_shell) pass("--shell", shell_for(script));
    pass("--");
    // As words they are executed even where a shell has such a command.
    if (!in_shell && !packing_.how.empty())
      for (std::string& word : blank_separated(script)) request_.words.push_back(std::move(word));
    else
      request_.words.push_back(std::move(script));
  }

  /// Only bash knows its functions: GNU parallel takes the shell that called it, which is bash
  /// then.
  std::string shell_for(std::string_view script) const {
    const std::string_view shell = around_.shell;
    const bool bash = shell.substr(shell.rfind('/') + 1) == "bash";
    return !bash && calls_one_of(script, around_.functions) ? "bash" : around_.shell;
  }

  bool runs_without_shell(std::string_view script) const {
    const std::string_view program = script.substr(0, script.find_first_of(" \t"));
    if (request_.semaphore.wanted) return false;  // the shell says what is not there
    return is_plain(script) && program.find('=') == std::string_view::npos &&
           (!is_shells_own(program) || packs_for(program)) &&
           std::ranges::count(around_.functions, program) == 0;
  }

  /// Programs that do what bash's own commands do: many items need more room than a script has.
  bool packs_for(std::string_view program) const {
    constexpr std::array<std::string_view, 4> alike{"echo", "printf", "true", "false"};
    return !packing_.how.empty() && around_.shell.ends_with("bash") &&
           std::ranges::find(alike, program) != alike.end();
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
  std::vector<std::pair<std::string, std::string_view>> replaced_;
  std::string items_sign_{items_sign}, files_sign_{files_sign};
  std::uint64_t batch_ = 1, lines_ = 0, records_ = 0;
  parallel_blocks blocks_;
  parallel_packing packing_;
  bool has_columns_ = false;  ///< whose blanks are trimmed, but with --trim
  bool trims_ = false;
  bool has_braces_ = true;  ///< {} is one; not with -I
  bool keeps_order_ = false;
  bool quotes_ = false, skips_empty_ = false, delimited_ = false, limited_ = false;
};

}  // namespace

parallel_request read_parallel(std::span<const std::string> words,
                               const parallel_surroundings& around) {
  return request_reader(around).read(words);
}

std::string parallel_help() {
  return "Usage: parallel [OPTIONS] [COMMAND [ARG...]] [::: ITEM...]\n"
         "Runs COMMAND, a script, with items of the input, as GNU parallel does.\n\n" +
         describe(parallel_options()) +
         "\nExit status: the number of jobs that failed, 101 for more than 100; 255 for other "
         "errors.\n"
         "More: man weir, docs/from-parallel.md\n";
}

}  // namespace weir
