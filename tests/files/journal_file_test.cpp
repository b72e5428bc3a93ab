#include "support/catch.hpp"

#include <csignal>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "files/journal_file.hpp"
#include "support/test_space.hpp"

using namespace weir;

namespace {

/// Files of this process cannot grow beyond so many bytes.
class largest_file {
 public:
  explicit largest_file(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~largest_file() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

std::vector<std::string> lines_of(journal_file& file) {
  std::vector<std::string> lines;
  file.read([&](std::string_view line, std::uint64_t next, bool whole) {
    lines.push_back(std::string(line) + (whole ? " " : " (torn) ") + std::to_string(next));
  });
  return lines;
}

}  // namespace

TEST_CASE("lines are read with where they end, and what follows the last newline as torn") {
  test::test_space space;
  space.write("j", "one\n\ntwo\nth");
  journal_file file(space.path("j"));
  CHECK(lines_of(file) == std::vector<std::string>{"one 4", " 5", "two 9", "th (torn) 11"});
  file.truncate(9);
  file.append("three\n");
  CHECK(space.read("j") == "one\n\ntwo\nthree\n");
}

TEST_CASE("a line longer than what is read at once stays whole") {
  test::test_space space;
  const std::string line(300'000, 'x');
  space.write("j", line + "\nend\n");
  journal_file file(space.path("j"));
  CHECK(lines_of(file) == std::vector<std::string>{line + " 300001", "end 300005"});
}

TEST_CASE("of a line without an end the beginning is read, and where it ends") {
  test::test_space space;
  constexpr std::uint64_t size = std::uint64_t{400} << 20;
  space.write("j", "begins");
  REQUIRE(::truncate(space.path("j").c_str(), size) == 0);  // a hole: it takes no disk
  journal_file file(space.path("j"));
  file.read([&](std::string_view line, std::uint64_t next, bool whole) {
    CHECK(line.substr(0, 6) == "begins");
    CHECK(line.size() == std::size_t{64} << 20);
    CHECK(next == size);
    CHECK_FALSE(whole);
  });
}

TEST_CASE("a journal belongs to one process at a time") {
  test::test_space space;
  {
    journal_file first(space.path("j"));
    CHECK_FALSE(first.is_taken());
    CHECK(journal_file(space.path("j")).is_taken());
  }
  CHECK_FALSE(journal_file(space.path("j")).is_taken());
}

TEST_CASE("when the disk is full nothing of the line stays, and the error names the file") {
  test::test_space space;
  journal_file file(space.path("j"));
  file.append("first line\n");
  {
    const largest_file full(16);
    CHECK_THROWS_WITH(file.append("second line\n"), Catch::Contains(space.path("j")));
  }
  CHECK(space.read("j") == "first line\n");
  file.append("third line\n");
  CHECK(space.read("j") == "first line\nthird line\n");
}

TEST_CASE("what is no regular file cannot be a journal") {
  CHECK_FALSE(journal_file("/dev/null").is_regular());
  test::test_space space;
  REQUIRE(::mkfifo(space.path("fifo").c_str(), 0600) == 0);
  using access = journal_file::access;
  for (const access wanted : {access::read, access::append})
    CHECK_FALSE(journal_file(space.path("fifo"), wanted).is_regular());
}

TEST_CASE("syncing in the background ends with the file") {
  test::test_space space;
  journal_file file(space.path("j"));
  for (int i = 0; i < 100; ++i) {
    file.append("line\n");
    file.sync_soon();
  }
  CHECK(lines_of(file).size() == 100);
}
