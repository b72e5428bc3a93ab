#include "input/manifest/stdin_reader.hpp"

#include <string>
#include <utility>

#include <weir/error.hpp>

#include "text/size.hpp"

namespace weir::doc {

namespace {

constexpr std::int64_t most_header_lines = 1'000'000;

void read_block(stdin_draft& input, const node& value, field_checker& check) {
  const std::string_view expected = "a number of bytes of at least 1, such as \"10M\"";
  const auto* const text = value.as<std::string>();
  const auto* const number = value.as<std::int64_t>();
  if (text == nullptr && number == nullptr) return check.wrong(value, "stdin.block", expected);
  try {
    const std::uint64_t size = text != nullptr ? parse_size("stdin.block", *text)
                               : *number > 0   ? static_cast<std::uint64_t>(*number)
                                               : 0;
    if (size == 0) return check.wrong(value, "stdin.block", expected);
    input.block = size;
  } catch (const usage_error& error) {
    check.fault(value.at, error.what());
  }
}

/// As for --header: a number of lines, or an expression.
void read_header(stdin_draft& input, const node& value, field_checker& check) {
  const auto* const text = value.as<std::string>();
  if (text == nullptr && value.as<std::int64_t>() == nullptr)
    return check.wrong(value, "stdin.header", "a number of lines, or a regular expression");
  if (text == nullptr) {
    if (const auto lines = check.whole(value, "stdin.header", 1, most_header_lines))
      input.header_lines = static_cast<std::uint64_t>(*lines);
  } else if (*text == ":") {
    input.header_lines = 1;
  } else {
    input.header = check.filled_text(value, "stdin.header");
  }
}

constexpr key_reader<stdin_draft> stdin_readers[] = {
    {"file", [](stdin_draft& input, const node& value,
                field_checker& check) { input.file = check.filled_text(value, "stdin.file"); }},
    {"text",
     [](stdin_draft& input, const node& value, field_checker& check) {
       // Any text, even with NUL: it is not an argument.
       if (const auto* text = value.as<std::string>())
         input.text = *text;
       else
         input.text = check.text(value, "stdin.text");
     }},
    {"split",
     [](stdin_draft& input, const node& value, field_checker& check) {
       input.split = check.filled_text(value, "stdin.split");
       input.at = value.at;
     }},
    {"block", read_block},
    {"header", read_header},
};

}  // namespace

void read_stdin(job_draft& job, const node& value, field_checker& check) {
  const std::string_view expected =
      R"({ file = "PATH" }, { text = "..." } or { split = "PATH", block = "10M" })";
  const auto* table = check.table(value, "stdin", expected);
  if (!table) return;
  const std::size_t before = check.fault_count();
  stdin_draft input;
  read_keys(*table, "stdin", stdin_readers, input, check);
  if (check.fault_count() != before) return;
  const char* const other = input.text ? "text" : "split";
  if (input.file && (input.text || input.split))
    return check.fault(
        value.at, std::string("stdin: found both file and ") + other + ", expected one of the two");
  if (input.text && input.split)
    return check.fault(value.at, "stdin: found both text and split, expected one of the two");
  const char* const of_split = input.block ? "block" : "header";
  if (!input.split && (input.block || input.header_lines || input.header))
    return check.fault(value.at,
                       std::string("stdin.") + of_split + ": needs split, the file that is split");
  if (!input.file && !input.text && !input.split) return check.wrong(value, "stdin", expected);
  job.settings.input = std::move(input);
}

std::vector<std::string_view> stdin_keys() {
  return keys_of(stdin_readers);
}

}  // namespace weir::doc
