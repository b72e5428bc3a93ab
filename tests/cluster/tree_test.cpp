// Files and directories on their way from one machine to another.
#include <array>

#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "cluster/tree_reader.hpp"
#include "cluster/tree_receiver.hpp"
#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace weir;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::lstat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}

std::string link_target(const std::string& path) {
  std::array<char, 100> target;
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  REQUIRE(size >= 0);
  return {target.data(), static_cast<std::size_t>(size)};
}

/// All of `from`, as it is named on the other side: `to`.
void carry(const std::string& from, const std::string& to, tree_receiver& receiver) {
  tree_reader reader(from);
  std::array<char, 5> buffer;
  for (bool first = true; !reader.is_over(); first = false) {
    auto step = reader.next(buffer);
    if (auto* entry = std::get_if<tree_entry>(&step)) {
      if (first) entry->name = to;
      REQUIRE(receiver.enter(*entry));
    } else if (const auto* bytes = std::get_if<std::string_view>(&step)) {
      REQUIRE(receiver.write(*bytes));
    } else {
      REQUIRE(receiver.leave());
    }
  }
}

tree_entry entry_named(const std::string& name, entry_kind kind) {
  tree_entry entry;
  entry.kind = kind;
  entry.name = name;
  entry.mode = 0700;
  return entry;
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& each : std::filesystem::directory_iterator(directory))
    names.push_back(each.path().filename().string());
  std::ranges::sort(names);
  return names;
}

}  // namespace

TEST_CASE("a directory arrives as it was: bytes, modes, links, and what is empty") {
  test::test_space space;
  ::mkdir(space.path("a").c_str(), 0750);
  ::mkdir(space.path("a/empty").c_str(), 0700);
  space.write("a/text", std::string("one\0two\nthree", 13));
  space.write("a/nothing", "");
  ::chmod(space.path("a/text").c_str(), 0640);
  ::chmod(space.path("a/nothing").c_str(), 0755);
  REQUIRE(::symlink("../text", space.path("a/empty/link").c_str()) == 0);
  ::chmod(space.path("a/empty").c_str(), 0555);
  tree_receiver receiver("send");
  carry(space.path("a"), space.path("new/b"), receiver);
  ::chmod(space.path("a/empty").c_str(), 0700);
  REQUIRE(!receiver.fault());
  CHECK(receiver.has_copies());
  CHECK(space.read("new/b/text") == std::string("one\0two\nthree", 13));
  CHECK(space.read("new/b/nothing").empty());
  CHECK(mode_of(space.path("new/b")) == 0750);
  CHECK(mode_of(space.path("new/b/text")) == 0640);
  CHECK(mode_of(space.path("new/b/nothing")) == 0755);
  CHECK(mode_of(space.path("new/b/empty")) == 0555);
  CHECK(link_target(space.path("new/b/empty/link")) == "../text");
  CHECK(names_in(space.path("new/b")) == std::vector<std::string>{"empty", "nothing", "text"});
  ::chmod(space.path("new/b/empty").c_str(), 0700);
}

TEST_CASE("a path that is a link is followed, and a file takes the place of what was there") {
  test::test_space space;
  space.write("file", "new");
  space.write("target", "old and longer");
  REQUIRE(::symlink("file", space.path("link").c_str()) == 0);
  tree_receiver receiver("send");
  carry(space.path("link"), space.path("target"), receiver);
  CHECK(space.read("target") == "new");
}

TEST_CASE("a file on a file system that both share is left alone") {
  test::test_space space;
  space.write("file", "text");
  struct stat before {};
  REQUIRE(::stat(space.path("file").c_str(), &before) == 0);
  tree_receiver receiver("send");
  carry(space.path("file"), space.path("file"), receiver);
  struct stat after {};
  REQUIRE(::stat(space.path("file").c_str(), &after) == 0);
  CHECK(after.st_ino == before.st_ino);
  CHECK(space.read("file") == "text");
  CHECK(receiver.written().empty());
  CHECK(receiver.is_complete());
  CHECK(!receiver.has_copies());
}

TEST_CASE("nothing inside a directory leads out of it") {
  test::test_space space;
  ::mkdir(space.path("outside").c_str(), 0700);
  tree_receiver receiver("return");
  REQUIRE(receiver.enter(entry_named(space.path("in"), entry_kind::directory)));
  SECTION("not by its name") {
    const std::string name =
        GENERATE(as<std::string>{}, "../outside/x", "..", ".", "", "/tmp/x", "a/b");
    CHECK(!receiver.enter(entry_named(name, entry_kind::file)));
  }
  SECTION("not by a link that came before") {
    tree_entry link = entry_named("way", entry_kind::link);
    link.target = "../outside";
    REQUIRE(receiver.enter(link));
    REQUIRE(receiver.enter(entry_named("way", entry_kind::directory)));
    REQUIRE(receiver.fault());
    CHECK(receiver.fault()->error == ENOTDIR);
    CHECK(receiver.fault()->step == "return");
  }
  SECTION("not by a link in the place of a file") {
    REQUIRE(::symlink("../outside/x", space.path("in/x").c_str()) == 0);
    REQUIRE(receiver.enter(entry_named("x", entry_kind::file)));
    REQUIRE(receiver.write("text"));
    REQUIRE(receiver.leave());
    CHECK(space.read("in/x") == "text");
  }
  CHECK(names_in(space.path("outside")).empty());
}

TEST_CASE("what does not fit is refused, and after a failure everything is taken") {
  test::test_space space;
  tree_receiver receiver("send");
  CHECK(!receiver.write("x"));
  CHECK(!receiver.leave());
  REQUIRE(receiver.enter(entry_named(space.path("file"), entry_kind::file)));
  CHECK(!receiver.enter(entry_named("inside", entry_kind::file)));
  CHECK(!receiver.is_complete());
  REQUIRE(receiver.leave());
  space.write("there", "");
  REQUIRE(receiver.enter(entry_named(space.path("there/file"), entry_kind::file)));
  REQUIRE(receiver.fault());
  CHECK(describe(*receiver.fault()) == "send " + space.path("there") + "/file: Not a directory");
  CHECK(receiver.write("x"));
  CHECK(receiver.leave());
  CHECK(receiver.leave());
  CHECK(receiver.is_complete());
}

TEST_CASE("a file that does not come to its end leaves nothing") {
  test::test_space space;
  space.write("file", "old");
  {
    tree_receiver receiver("send");
    REQUIRE(receiver.enter(entry_named(space.path("file"), entry_kind::file)));
    REQUIRE(receiver.write("half"));
  }
  CHECK(space.read("file") == "old");
  CHECK(names_in(space.path("")) == std::vector<std::string>{"file"});
}

TEST_CASE("what is no file, is missing, or is too deep is an error that names it") {
  test::test_space space;
  std::array<char, 5> buffer;
  REQUIRE(::mkfifo(space.path("fifo").c_str(), 0600) == 0);
  CHECK_THROWS_AS(tree_reader(space.path("fifo")).next(buffer), io_error);
  CHECK_THROWS_WITH(tree_reader(space.path("none")).next(buffer),
                    space.path("none") + ": No such file or directory");
  std::string deep = space.path("deep");
  for (int i = 0; i < 120; ++i) {
    REQUIRE(::mkdir(deep.c_str(), 0700) == 0);
    deep += "/d";
  }
  tree_reader reader(space.path("deep"));
  const auto all = [&] {
    while (!reader.is_over()) reader.next(buffer);
  };
  CHECK_THROWS_AS(all(), io_error);
}
