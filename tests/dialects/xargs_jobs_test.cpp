// xargs' words and what command lines they make, without a process.
#include "support/catch.hpp"

#include <memory>

#include <weir/error.hpp>

#include "dialects/xargs.hpp"
#include "dialects/xargs_jobs.hpp"

using namespace weir;
using Catch::Contains;

namespace {

constexpr xargs_limits limits{2'000'000, 2'000'000};

/// The command lines for an input that comes in pieces of `piece` bytes: "[echo|a|b][echo|c]", and
/// what went wrong behind them.
std::string jobs(const std::vector<std::string>& options, const std::string& input,
                 std::size_t piece, const xargs_limits& most = limits) {
  xargs_jobs parser(read_xargs(options), most, std::make_shared<const job_settings>());
  std::string text;
  const auto take = [&] {
    while (const auto job = parser.next()) {
      text += '[';
      for (const std::string& word : job->argv.to_vector())
        text += (text.back() == '[' ? "" : "|") + word;
      text += ']';
    }
  };
  try {
    take();
    for (std::size_t at = 0; at < input.size(); at += piece) {
      const std::string bytes = input.substr(at, piece);
      parser.feed(bytes);
      take();
    }
    parser.finish();
    take();
  } catch (const usage_error& error) {
    text += std::string(" ") + error.what();
  }
  return text;
}

/// However the bytes come.
std::string jobs(const std::vector<std::string>& options, const std::string& input) {
  const std::string whole = jobs(options, input, input.size() + 1);
  for (const std::size_t piece : {1, 2, 3}) CHECK(jobs(options, input, piece) == whole);
  return whole;
}

std::string xargs_refusal(const std::vector<std::string>& options) {
  try {
    read_xargs(options);
  } catch (const usage_error& error) {
    return error.what();
  }
  return "taken";
}

}  // namespace

TEST_CASE("words end at blanks and newlines") {
  CHECK(jobs({}, "a b\tc\n\n  d\n") == "[echo|a|b|c|d]");
  CHECK(jobs({"cmd", "-x"}, "a b") == "[cmd|-x|a|b]");
  CHECK(jobs({}, "a\vb\fc\rd\n") == "[echo|a\vb\fc\rd]");
}

TEST_CASE("quotes and backslashes keep what would end a word") {
  CHECK(jobs({}, "'a b' \"c d\" e\\ f\n") == "[echo|a b|c d|e f]");
  CHECK(jobs({}, "x'y z'w \"it's\" 'say \"hi\"'\n") == "[echo|xy zw|it's|say \"hi\"]");
  CHECK(jobs({}, "a\\\nb \\\\ \\'\n") == "[echo|a\nb|\\|']");
  CHECK(jobs({}, "'a\\b'\n") == "[echo|a\\b]");
  CHECK(jobs({"-n1"}, "a '' \"\" b\n") == "[echo|a][echo|][echo|][echo|b]");
}

TEST_CASE("a quote ends on its line, or what was before it is all that runs") {
  const std::string why =
      " unmatched single quote; by default quotes are special to xargs unless you use the -0 "
      "option";
  CHECK(jobs({}, "a 'b c\n") == "[echo|a]" + why);
  CHECK(jobs({}, "a 'b c") == "[echo|a]" + why);
  CHECK(jobs({"-n1"}, "a b 'c\nd") == "[echo|a][echo|b]" + why);
  CHECK(jobs({"-x"}, "a 'b\n") == why);
  CHECK_THAT(jobs({}, "\"b\n"), Contains(" unmatched double quote"));
}

TEST_CASE("with -0 and -d nothing else is special") {
  CHECK(jobs({"-0"}, std::string("a 'b\0\0c\n\0", 9)) == "[echo|a 'b||c\n]");
  CHECK(jobs({"-d", "\\n"}, "a \"b\n\n c\\") == "[echo|a \"b|| c\\]");
  CHECK(jobs({"-d,", "-n1"}, "a,b") == "[echo|a][echo|b]");
  CHECK(jobs({"-d\\x2c", "-n1"}, "a,b") == "[echo|a][echo|b]");
  CHECK(jobs({"-d\\054", "-n1"}, "a,b") == "[echo|a][echo|b]");
  CHECK(jobs({"-d\\t", "-L2"}, "a\t\tb") == "[echo|a|][echo|b]");
  CHECK(jobs({"-d\\0"}, std::string("a\0b", 3)) == "[echo|a|b]");
  CHECK(jobs({"-E_", "-d\\n"}, "a\n_\nb\n") == "[echo|a|_|b]");
}

TEST_CASE("option -n counts words") {
  CHECK(jobs({"-n2"}, "a b c d e") == "[echo|a|b][echo|c|d][echo|e]");
  CHECK(jobs({"-n2"}, "a b") == "[echo|a|b]");
}

TEST_CASE("option -L counts lines with words, and a blank at the end goes on in the next") {
  CHECK(jobs({"-L1"}, "a b\n\nc\n") == "[echo|a|b][echo|c]");
  CHECK(jobs({"-L1"}, "a b \nc\nd\n") == "[echo|a|b|c][echo|d]");
  CHECK(jobs({"-l"}, "1 2\n3\n") == "[echo|1|2][echo|3]");
  CHECK(jobs({"-l2"}, "1 2\n3\n4\n") == "[echo|1|2|3][echo|4]");
}

TEST_CASE("option -I puts a line in place of a string, wherever it is in an argument") {
  CHECK(jobs({"-I{}", "echo", "<{}>", "{}{}"}, "a b\n  c d  \n\n") ==
        "[echo|<a b>|a ba b][echo|<c d  >|c d  c d  ]");
  CHECK(jobs({"-I", "%", "echo", "{}", "%"}, "'x y'\\z\n") == "[echo|{}|x yz]");
  CHECK(jobs({"-i", "echo", "{}"}, "a\n") == "[echo|a]");
  CHECK(jobs({"--replace=R", "echo", "R"}, "a\n") == "[echo|a]");
  CHECK(jobs({"-I{}", "{}", "{}"}, "a\n") == "[{}|a]");
  CHECK(jobs({"-I{}", "-0", "echo", "{}"}, std::string("a\nb\0c", 5)) == "[echo|a\nb][echo|c]");
}

TEST_CASE("of -I, -L and -n the last one counts") {
  CHECK(jobs({"-n1", "-I{}", "echo", "{}"}, "a b\n") == "[echo|a b]");
  CHECK(jobs({"-I{}", "-n1", "echo", "{}"}, "a b\n") == "[echo|a b]");
  CHECK(jobs({"-I{}", "-n2", "echo", "{}"}, "a b\n") == "[echo|{}|a|b]");
  CHECK(jobs({"-L1", "-n1"}, "a b\n") == "[echo|a][echo|b]");
  CHECK(jobs({"-n1", "-L1"}, "a b\n") == "[echo|a|b]");
  CHECK(read_xargs(std::vector<std::string>{"-L1", "-n1"}).warnings.size() == 1);
  CHECK(read_xargs(std::vector<std::string>{"-I{}", "-n1"}).warnings.empty());
}

TEST_CASE("option -E ends the input before a word") {
  CHECK(jobs({"-E", "END"}, "a\nEND\nb\n") == "[echo|a]");
  CHECK(jobs({"-E", "END", "-n1"}, "a x END b\n") == "[echo|a][echo|x]");
  CHECK(jobs({"-E", "END"}, "a END") == "[echo|a]");
  CHECK(jobs({"-e_"}, "a _ b") == "[echo|a]");
  CHECK(jobs({"-e"}, "a _ b") == "[echo|a|_|b]");
  CHECK(jobs({"-E", ""}, "a _ b") == "[echo|a|_|b]");
  CHECK(jobs({"-E", "END", "-I{}", "echo", "{}"}, "a x\nEND\nb\n") == "[echo|a x]");
}

TEST_CASE("without words one job runs, with -r or -I none") {
  CHECK(jobs({"cmd"}, "") == "[cmd]");
  CHECK(jobs({"cmd"}, " \n\n") == "[cmd]");
  CHECK(jobs({"-r", "cmd"}, "\n").empty());
  CHECK(jobs({"-I{}", "cmd", "{}"}, "\n\n").empty());
}

TEST_CASE("option -s counts every byte of the arguments with their ends") {
  CHECK(jobs({"-s12"}, "a b c d e f") == "[echo|a|b|c][echo|d|e|f]");
  CHECK(jobs({"-s12"}, "a b c dddddddddddddd f") == "[echo|a|b|c] argument line too long");
  CHECK(jobs({"-s5"}, "a b") == " argument line too long");
  CHECK_THAT(jobs({"-s16", "-n2"}, "bbbb aaaa b"), Contains("[echo|bbbb|aaaa][echo|b]"));
}

TEST_CASE("option -x, -L and -I end where the size does not allow what was asked for") {
  CHECK(jobs({"-n5", "-s12", "-x"}, "a b c d e f") == " argument list too long");
  CHECK(jobs({"-L2", "-s16"}, "bbbb aaaa\nb\n") == " argument list too long");
  CHECK(jobs({"-s15", "-x"}, "bbbbb aaaa b") == "[echo|bbbbb][echo|aaaa|b]");
  CHECK(jobs({"-I%", "-s18", "echo", "%%%%%%"}, "a\nbbbbbbbb\n") ==
        "[echo|aaaaaa] argument list too long");
}

TEST_CASE("the command's name leaves less for each line of -I but the first") {
  CHECK(jobs({"-I%", "-s12", "echo"}, "aaaaaaaaaaa\nbbbbbb\n") == "[echo][echo]");
  CHECK(jobs({"-I%", "-s12", "echo"}, "a\nbbbbbbb\n") == "[echo] argument line too long");
}

TEST_CASE("what is dropped behind a NUL counts in the length of a word") {
  using namespace std::string_literals;
  CHECK(jobs({"-n1", "-s12"}, "a\0bbbb\nc\n"s) == "[echo|a][echo|c]");
  CHECK(jobs({"-n1", "-s12"}, "a\0bbbbb\nc\n"s) == " argument line too long");
}

TEST_CASE("a command line is as long as findutils' by default, or as the system allows") {
  std::string input;
  for (int i = 0; i < 70'000; ++i) input += "x\n";
  const std::string text = jobs({}, input, 65'536);
  CHECK(text.find(']') + 1 == 65'533 * 2 + sizeof "[echo]" - 1);
  const std::string narrow = jobs({}, input, 65'536, {2'000'000, 10'000});
  CHECK(narrow.find(']') < 2'100);
}

TEST_CASE("a NUL ends the word that it is in, with a word of warning") {
  xargs_jobs parser(read_xargs({}), limits, std::make_shared<const job_settings>());
  std::string told;
  parser.on_warning = [&](const std::string& text) { told += text; };
  const std::string bytes("a\0b c\0d\n", 8);
  parser.feed(bytes);
  CHECK_FALSE(parser.next());
  parser.finish();
  CHECK(parser.next()->argv == argument_list{"echo", "a", "c"});
  CHECK_THAT(told, Contains("was --null meant?"));
  CHECK(told.find("NUL") == told.rfind("NUL"));
}

TEST_CASE("values that make no sense are told with the option as typed") {
  CHECK_THAT(xargs_refusal({"-n", "x"}), Contains("-n: "));
  CHECK_THAT(xargs_refusal({"-n0"}), Contains("-n: "));
  CHECK_THAT(xargs_refusal({"-P-1"}), Contains("-P: "));
  CHECK_THAT(xargs_refusal({"--max-procs=x"}), Contains("--max-procs: "));
  CHECK_THAT(xargs_refusal({"-d", "ab"}), Contains("-d: \"ab\" is not a delimiter"));
  CHECK_THAT(xargs_refusal({"-d\\x"}), Contains("is not a delimiter"));
  CHECK_THAT(xargs_refusal({"-d\\q"}), Contains("is not a delimiter"));
  CHECK_THAT(xargs_refusal({"-d\\777"}), Contains("is not a delimiter"));
  CHECK_THAT(xargs_refusal({"-I", ""}), Contains("-I: R must not be empty"));
  CHECK_THAT(xargs_refusal({"-a", ""}), Contains("-a: FILE must not be empty"));
  CHECK_THAT(xargs_refusal({"--process-slot-var=a=b"}),
             Contains("expected the name of a variable"));
  CHECK(xargs_refusal({"--no-such"}) == "--no-such: unknown option");
}
