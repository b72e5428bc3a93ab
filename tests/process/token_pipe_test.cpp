// Tokens of a jobserver: joined, taken, and given back by whoever is left.
#include "process/token_pipe.hpp"

#include <cstdlib>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace weir;

namespace {

std::size_t tokens_in(token_pipe& pipe) {
  std::size_t count = 0;
  while (pipe.try_take()) ++count;
  for (std::size_t i = 0; i < count; ++i) pipe.give_back();
  return count;
}

}  // namespace

TEST_CASE("a jobserver is joined by its fifo or by its descriptors") {
  test::test_space t;
  for (const bool by_name : {true, false}) {
    token_pipe server = by_name ? token_pipe::make_fifo(t.path(".")) : token_pipe::make_pipe();
    server.fill(2);
    auto client = token_pipe::join(server.address().value());
    REQUIRE(client);
    CHECK(client->try_take());
    CHECK(tokens_in(server) == 1);
    CHECK(client->try_take());
    CHECK_FALSE(client->try_take());
    client->give_back();
    client->give_back();
    CHECK(tokens_in(server) == 2);
    server.close_down();
  }
}

TEST_CASE("tokens come back as the bytes that they were, and make's end stays blocking") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "abc", 3) == 3);
  {
    auto client = token_pipe::join(jobserver_pipe{ends[0], ends[1]});
    REQUIRE(client);
    for (int i = 0; i < 3; ++i) CHECK(client->try_take());
    CHECK((::fcntl(ends[0], F_GETFL) & O_NONBLOCK) == 0);
    client->close_down();
    client->close_down();
  }
  char back[4] = {};
  CHECK(::read(ends[0], back, sizeof(back)) == 3);
  CHECK(std::string(back) == "abc");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("tokens of a process that was killed are given back by another that shares them") {
  test::test_space t;
  token_pipe server = token_pipe::make_fifo(t.path("."));
  server.fill(3);
  const pid_t child = ::fork();
  if (child == 0) {
    while (server.try_take()) {
    }
    server.give_back();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  auto client = token_pipe::join(server.address().value());
  REQUIRE(client);
  CHECK(tokens_in(*client) == 1);
  server.close_down();
  CHECK(tokens_in(*client) == 3);
}

TEST_CASE("what is no jobserver is not joined") {
  test::test_space t;
  int ends[2];
  int others[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::pipe(others) == 0);
  t.write("file", "+++");
  const int file = ::open(t.path("file").c_str(), O_RDWR);
  for (const jobserver_pipe& where :
       {jobserver_pipe{-2, -2}, jobserver_pipe{1000, 1001}, jobserver_pipe{ends[1], ends[0]},
        jobserver_pipe{ends[0], others[1]}, jobserver_pipe{file, file}})
    CHECK_FALSE(token_pipe::join(where));
  CHECK_FALSE(token_pipe::join(jobserver_fifo{t.path("file")}));
  CHECK_FALSE(token_pipe::join(jobserver_fifo{t.path("none")}));
  for (const int fd : {ends[0], ends[1], others[0], others[1], file}) ::close(fd);
}

TEST_CASE("a fifo that was made is nobody else's, and is gone at the end") {
  test::test_space t;
  token_pipe server = token_pipe::make_fifo(t.path("."));
  const std::string path = std::get<jobserver_fifo>(server.address().value()).path;
  const std::string directory = path.substr(0, path.rfind('/'));
  struct stat status {};
  REQUIRE(::stat(directory.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  server.close_down();
  CHECK(::stat(directory.c_str(), &status) != 0);
}

TEST_CASE("fifos that no process has open any more are removed by who makes the next") {
  test::test_space t;
  std::string left;
  {
    const token_pipe killed = token_pipe::make_fifo(t.path("."));  // not closed down
    left = std::get<jobserver_fifo>(killed.address().value()).path;
  }
  token_pipe living = token_pipe::make_fifo(t.path("."));
  struct stat status {};
  CHECK(::stat(left.substr(0, left.rfind('/')).c_str(), &status) != 0);
  // What a job still has open, what is no fifo, and what has another name stay.
  const std::string lives = std::get<jobserver_fifo>(living.address().value()).path;
  const std::string beginning = lives.substr(0, lives.size() - std::string("123456/fifo").size());
  const std::string kept = beginning + "kept";
  const std::string other = beginning.substr(0, beginning.rfind('/')) + "/weir-jobserver-x";
  for (const std::string& directory : {kept, other}) REQUIRE(::mkdir(directory.c_str(), 0700) == 0);
  std::ofstream(kept + "/fifo") << "x";
  REQUIRE(::mkfifo((other + "/fifo").c_str(), 0600) == 0);
  REQUIRE(::symlink(other.c_str(), (beginning + "link").c_str()) == 0);
  token_pipe next = token_pipe::make_fifo(t.path("."));
  for (const std::string& path : {lives, kept + "/fifo", other + "/fifo"})
    CHECK(::stat(path.c_str(), &status) == 0);
  living.close_down();
  next.close_down();
}
