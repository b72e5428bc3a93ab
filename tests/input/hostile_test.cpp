// Data is never parsed as code: real shells are given values that would do harm if it were.
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

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
    R"sh("$(printf '%s.' '{}')" "$(case {} in {}) printf '%s.' {};; esac)" ${nope:-"{}"} )sh"
    R"sh("$(printf %s. "$(printf %s. '{}'"{}")")" "`printf %s. "\`printf %s. {}\`"`"
x={}tail; printf '%s\0' "${x#{}}" "${x%tail}" >&1 # {} is no data here
cat <<E; printf '\0'
$(printf '<%s>' {}){}"\{}`printf '%s.' '{}'`
E
cat <<-'Q'
	quoted $x
	Q
printf '\0%s' {})sh";

std::string expected(const std::string& v) {
  const std::string arguments[] = {
      v, "a" + v + "b", v,       "a" + v + "b", v, "a" + v + "b", v + ".",  v + ".", v + ".",
      v, v + ".",       v + ".", v + ".",       v, v + v + "..",  v + "..", "tail",  v};
  std::string all;
  for (const auto& argument : arguments) all += argument + '\0';
  return all + "<" + v + ">" + v + "\"\\" + v + v + ".\n" + '\0' + "quoted $x\n" + '\0' + v;
}

struct empty_directory {
  std::string path = (std::filesystem::temp_directory_path() / "weir-hostile-XXXXXX").string();
  empty_directory() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~empty_directory() { std::filesystem::remove_all(path); }
  bool still_empty() const { return std::filesystem::is_empty(path); }
};

void check_everywhere(const std::string& shell, bool pasted) {
  const empty_directory here;
  template_options options;
  options.shell = shell;
  const command_template command(std::vector<std::string>{places}, options);
  for (const auto& value : hostile_values()) {
    INFO(shell << ": " << shell_quote(value));
    const std::string_view item = value;
    const job_spec job = command.expand(1, {&item, 1});
    INFO(command_text(job));
    const argument_list argv = pasted ? argument_list{shell, "-c", command_text(job)} : job.argv;
    REQUIRE(test::run(argv, here.path) == expected(value));
    REQUIRE(here.still_empty());
  }
}

}  // namespace

TEST_CASE("hostile values reach a program byte for byte from every place of a script") {
  check_everywhere("/bin/sh", false);
}

TEST_CASE("a script's text, pasted into a shell, gives a program the same bytes") {
  check_everywhere("/bin/sh", true);
}

TEST_CASE("bash gets hostile values byte for byte too") {
  if (::access("/bin/bash", X_OK) == 0) check_everywhere("/bin/bash", false);
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
    REQUIRE(test::run({"/bin/sh", "-c", job.text}) == all);
  }
}
