#include "report/records/case_names.hpp"
#include "record_bench.hpp"

using namespace weir;
using weir::test::words;

namespace {

job_spec named(std::uint64_t seq, std::string name) {
  job_spec j = words(seq, {"x"});
  j.name = std::move(name);
  return j;
}

}  // namespace

TEST_CASE("names of test cases are numbered in the order of the input, whatever ends first") {
  case_names names;
  for (const std::uint64_t seq : {1U, 2U, 3U}) names.accept(named(seq, "make"));
  names.accept(named(4, "other"));
  CHECK(names.take(named(3, "make")) == "make (3)");
  CHECK(names.take(named(4, "other")) == "other");
  CHECK(names.take(named(2, "make")) == "make (2)");
  CHECK(names.take(named(1, "make")) == "make");
  names.accept(named(5, "make"));
  CHECK(names.take(named(5, "make")) == "make (4)");
}

TEST_CASE("names are told apart as they can be written: without colours, control bytes escaped") {
  case_names names;
  const std::vector<std::string> given{"a", "\x1b[31ma\x1b[m", "\x01", "\x02", "\xff", "b\nc"};
  for (std::uint64_t seq = 0; seq < given.size(); ++seq) names.accept(named(seq, given[seq]));
  std::vector<std::string> written;
  for (std::uint64_t seq = 0; seq < given.size(); ++seq)
    written.push_back(names.take(named(seq, given[seq])));
  CHECK(written == std::vector<std::string>{"a", "a (2)", "\\x01", "\\x02", "\\xff", "b\\nc"});
}

TEST_CASE("a name that looks numbered is not given twice") {
  case_names names;
  names.accept(named(1, "a (2)"));
  names.accept(named(2, "a"));
  names.accept(named(3, "a"));
  names.accept(named(4, "a (2)"));
  CHECK(names.take(named(3, "a")) == "a (3)");
  CHECK(names.take(named(4, "a (2)")) == "a (2) (2)");
}

TEST_CASE("long names that begin alike are told apart, and none is cut within a character") {
  case_names names;
  const std::string beginning = std::string(999, 'x') + "\xe6\xbc\xa2";
  names.accept(named(1, beginning + "1"));
  names.accept(named(2, beginning + "2"));
  CHECK(names.take(named(1, beginning + "1")) == std::string(999, 'x'));
  CHECK(names.take(named(2, beginning + "2")) == std::string(999, 'x') + " (2)");
}
