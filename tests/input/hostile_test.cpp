// Data is never parsed as code: real shells are given values that would do harm if it were.
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

#include "input/manifest/plan.hpp"
#include "input/run_shell.hpp"
#include "input/template.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

const std::vector<std::string> fragments = {"'",
                                            "\"",
                                            "`",
                                            "$",
                                            "\\",
                                            ";",
                                            "&",
                                            "|",
                                            "<",
                                            ">",
                                            "(",
                                            ")",
                                            "{",
                                            "}",
                                            "[",
                                            "]",
                                            "*",
                                            "?",
                                            "!",
                                            "~",
                                            "#",
                                            "=",
                                            "%",
                                            "^",
                                            "\n",
                                            "\t",
                                            " ",
                                            "\r",
                                            "\x01",
                                            "\x1b[31m",
                                            "\x7f",
                                            "\xff",
                                            "\xc3\xa9",
                                            "$(touch x)",
                                            "`touch x`",
                                            "${x:=y}",
                                            "$((1+1))",
                                            "$1",
                                            "${1}",
                                            "$@",
                                            "$'a'",
                                            "\\'",
                                            "\\\"",
                                            "\\\\",
                                            "\\n",
                                            "\\0",
                                            "\"; touch x; \"",
                                            "'; touch x; '",
                                            "\n touch x\n",
                                            "\nE\ntouch x\n",
                                            "\nE",
                                            "-n",
                                            "--",
                                            "-e",
                                            "A=1",
                                            "if",
                                            "esac",
                                            ";;",
                                            "{}",
                                            "{1}",
                                            "{.}",
                                            "a.b/c.d",
                                            "))",
                                            "%s%n",
                                            "&&touch x",
                                            ">x",
                                            "  "};

std::vector<std::string> hostile_values() {
  std::vector<std::string> values = fragments;
  values.emplace_back();
  std::string every_byte;
  for (int byte = 1; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  values.push_back(every_byte);
  for (char byte = 1; byte < '0'; ++byte) values.push_back({'a', byte, 'b'});
  std::mt19937 random(20261123);
  while (values.size() < 200) {
    std::string value;
    for (int i = 0; i < 6; ++i) value += fragments[random() % fragments.size()];
    values.push_back(value);
  }
  return values;
}

// Every value is printed once for every place where a placeholder can stand, each with a NUL
// behind.
const std::string places =
    R"sh(printf '%s\0' {} a{}b "{}" "a{}b" '{}' 'a{}b' "$(printf '%s.' {})" )sh"
    R"sh("`printf '%s.' {}`" "`printf '%s.' \"{}\"`" "${nope:-{}}" "$(printf '%s.' "{}")" )sh"
    R"sh("$(printf '%s.' '{}')" "$(case {} in {}) printf '%s.' {};; esac)" x${nope:-"{}"} )sh"
    R"sh("$(printf %s. "$(printf %s. '{}'"{}")")" "`printf %s. "\`printf %s. {}\`"`"
x={}tail; printf '%s\0' "${x#{}}" "${x%tail}" >&1 # {} is no data here
cat <<E; printf '\0'
$(printf '<%s>' {}){}"\{}`printf '%s.' '{}'`
E
cat <<-'Q'; printf '\0'; cat << \Z
	quoted $x {}\
	Q
`{}`
Z
printf '\0%s' {})sh";

std::string expected(const std::string& v) {
  const std::string arguments[] = {
      v, "a" + v + "b", v,       "a" + v + "b", v,       "a" + v + "b", v + ".",  v + ".", v + ".",
      v, v + ".",       v + ".", v + ".",       "x" + v, v + v + "..",  v + "..", "tail",  v};
  std::string all;
  for (const auto& argument : arguments) all += argument + '\0';
  return all + "<" + v + ">" + v + "\"\\" + v + v + ".\n" + '\0' + "quoted $x " + v + "\\\n" +
         '\0' + "`" + v + "`\n" + '\0' + v;
}

// What changes the positional parameters, which are the script's own.
const std::string treads =
    R"sh(p() { printf '%s\0' "$@"; }
f() { set -- other; shift; p "$#" {} "{}" '{}' "$(set -- x; q "$1" {})"; }
q() { printf '%s.' "$@"; }
p "$#"; set -- a b; shift; f z; p "$#" "$1"; (shift; p {}); for i in 1; do set -- {}; done; p "$1"
set -- c; cat <<E
$1{}
E
p {})sh";

std::string expected_of_treads(const std::string& v) {
  const std::string arguments[] = {"0", "0", v, v, v, "x." + v + ".", "1", "b", v, v};
  std::string all;
  for (const auto& argument : arguments) all += argument + '\0';
  return all + "c" + v + "\n" + v + '\0';
}

struct empty_directory {
  std::string path = (std::filesystem::temp_directory_path() / "weir-hostile-XXXXXX").string();
  empty_directory() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~empty_directory() { std::filesystem::remove_all(path); }
  bool still_empty() const { return std::filesystem::is_empty(path); }
};

using expectation = std::string (*)(const std::string&);

/// \param pasted_into run what is printed, in that shell; empty: run what weir runs.
void check_everywhere(const std::string& shell, const std::string& script, expectation expected_of,
                      const std::string& pasted_into = "") {
  const empty_directory here;
  template_options options;
  options.shell = shell;
  const command_template command(std::vector<std::string>{script}, options);
  // Each costs a shell and what that starts, so each use has others: a third of them with what most
  // people run, a twentieth elsewhere.
  const auto values = hostile_values();
  const std::size_t step = shell == "/bin/sh" && pasted_into.empty() ? 3 : 20;
  static std::size_t turn = 0;
  for (std::size_t i = turn++ % step; i < values.size(); i += step) {
    const std::string& value = values[i];
    INFO(shell << " " << pasted_into << ": " << shell_quote(value));
    const std::string_view item = value;
    job_spec job = command.expand(1, {&item, 1});
    job.settings = std::make_shared<const job_settings>();
    INFO(dry_run_line(job));
    const argument_list argv =
        pasted_into.empty() ? job.argv : argument_list{pasted_into, "-c", dry_run_line(job)};
    REQUIRE(test::run(argv, here.path) == expected_of(value));
    REQUIRE(here.still_empty());
  }
}

const std::vector<std::string> posix_like = {"/bin/sh", "dash", "bash", "zsh", "ksh"};

/// Not in every place where the tests run.
bool is_here(const std::string& shell) {
  if (test::run({"/bin/sh", "-c", "command -v \"$1\" >/dev/null && echo here", "sh", shell}) ==
      "here\n")
    return true;
  WARN(shell << " is not installed: not tested");
  return false;
}

}  // namespace

TEST_CASE("hostile values reach a program byte for byte from every place of a script") {
  for (const auto& shell : posix_like)
    if (is_here(shell)) check_everywhere(shell, places, expected);
}

TEST_CASE("functions, set and shift of a script do not change its items") {
  for (const auto& shell : posix_like)
    if (is_here(shell)) check_everywhere(shell, treads, expected_of_treads);
}

TEST_CASE("hostile values reach a program byte for byte from fish and tcsh") {
  const auto expect = [](const std::string& v) {
    const std::string arguments[] = {v, "a" + v + "b", v, "a" + v + "b", v, "a" + v + "b", "0"};
    std::string all;
    for (const auto& argument : arguments) all += argument + '\0';
    return all;
  };
  const std::string words = R"(env printf '%s\0' {} a{}b "{}" "a{}b" '{}' 'a{}b' )";
  if (is_here("fish")) {
    check_everywhere("fish", words + "(count $argv)", expect);
    check_everywhere("fish", "function f; " + words + "(count $argv); end; set argv x; f", expect);
    check_everywhere("fish", R"sh(env printf '%s\0' "$(echo -n x{})" '\{}' "\{}" # {})sh",
                     [](const std::string& v) {
                       // A substitution takes newlines at its end away.
                       const auto end = v.find_last_not_of('\n');
                       return "x" + v.substr(0, end == std::string::npos ? 0 : end + 1) + '\0' +
                              "\\" + v + '\0' + "\\" + v + '\0';
                     });
  }
  if (is_here("tcsh")) {
    check_everywhere("tcsh -f", words + "$#argv", expect);
    check_everywhere("tcsh -f", "set x = 1\n  " + words + "$#argv", expect);
  }
}

TEST_CASE("what a dry run prints gives a program the same bytes in whatever shell it is pasted") {
  for (const auto& shell : posix_like) {
    if (!is_here(shell)) continue;
    check_everywhere("/bin/sh", places, expected, shell);
    check_everywhere("/bin/sh", treads, expected_of_treads, shell);
    check_everywhere(
        "/bin/sh", R"(cat /dev/null | printf '%s\0' {} "{}" 'a{}')",
        [](const std::string& v) { return v + '\0' + v + '\0' + "a" + v + '\0'; }, shell);
  }
}

TEST_CASE("a batch of hostile values gives one argument each, unquoted, and one joined, quoted") {
  const command_template command(std::vector<std::string>{R"(printf '%s\0' {} "{}"; :)"});
  for (const auto& value : hostile_values()) {
    INFO(shell_quote(value));
    const std::vector<std::string_view> items{value, "-", value};
    const job_spec job = command.expand(1, items);
    const std::string joined = value + " - " + value;
    const std::string all = value + '\0' + '-' + '\0' + value + '\0' + joined + '\0';
    REQUIRE(test::run(job.argv) == all);
  }
}
