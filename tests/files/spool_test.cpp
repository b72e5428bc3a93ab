#include "files/spool.hpp"

#include <csignal>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

#include <sys/resource.h>

#include "files/standard_streams.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"

using namespace weir;

namespace {

/// UBSan's check of a vptr probes memory through a pipe: without descriptors it finds fault with
/// anything.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool needs_descriptors_itself = true;
#else
constexpr bool needs_descriptors_itself = false;
#endif

std::string seeded_pattern(std::size_t size, unsigned seed = 0) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251 + seed);
  return bytes;
}

std::size_t open_descriptors() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

/// What the spool hands over.
std::string printed(spool& from) {
  boost::asio::io_context loop;
  const auto target = test::make_file();
  writer to(loop.get_executor(), target.value(), "target");
  from.move_to(to);
  test::task task;
  task.start(loop, to.drain());
  test::run_until(loop, [&] { return task.done; });
  return test::contents(target);
}

}  // namespace

TEST_CASE("a stream comes back byte for byte, however long and in whatever pieces") {
  spool_space space;
  const auto size = GENERATE(0U, 1U, 262143U, 262144U, 262145U, 3000000U);
  const auto piece = GENERATE(999U, 65536U, 400000U);
  const std::string bytes = seeded_pattern(size);
  spool stream(space);
  for (std::size_t at = 0; at < size; at += piece)
    stream.append(
        std::span<const char>(bytes).subspan(at, std::min<std::size_t>(piece, size - at)));
  CHECK(stream.size() == size);
  CHECK(space.memory() <= 262144);
  CHECK(stream.last_bytes(5000) == bytes.substr(size - std::min<std::size_t>(size, 5000)));
  CHECK(printed(stream) == bytes);
  CHECK(stream.empty());
  CHECK(space.memory() == 0);
}

TEST_CASE("a long stream can be spliced into, a short one cannot") {
  spool_space space;
  spool stream(space);
  stream.append(seeded_pattern(262144));
  CHECK(stream.splice_file() == -1);
  stream.append(seeded_pattern(10, 1));
  REQUIRE(stream.splice_file() >= 0);
  const auto pipe = test::make_pipe();
  test::put(pipe.in, seeded_pattern(5000, 2));
  REQUIRE(::splice(pipe.out.value(), nullptr, stream.splice_file(), nullptr, 5000, 0) == 5000);
  stream.spliced(5000);
  stream.append(seeded_pattern(7, 3));
  CHECK(stream.last_bytes(8) == seeded_pattern(5000, 2).substr(4999) + seeded_pattern(7, 3));
  CHECK(printed(stream) == seeded_pattern(262144) + seeded_pattern(10, 1) +
                               seeded_pattern(5000, 2) + seeded_pattern(7, 3));
  CHECK(stream.splice_file() == -1);
}

TEST_CASE("streams that wait for their turn may do so in memory within bounds") {
  spool_space space;
  const std::size_t before = open_descriptors();
  std::vector<std::unique_ptr<spool>> waiting;
  const auto size = GENERATE(0U, 10U, 50000U, 300000U);
  while (space.has_room()) {
    waiting.push_back(std::make_unique<spool>(space));
    waiting.back()->append(seeded_pattern(size));
    waiting.back()->wait_for_turn();
  }
  CHECK(waiting.size() < 20000);
  CHECK(space.memory() <= space.limits().finished + 262144);
  CHECK(open_descriptors() <= before + space.limits().waiting_files + 1);
  CHECK(printed(*waiting.back()) == seeded_pattern(size));
  waiting.pop_back();
  CHECK(space.has_room());
  waiting.clear();
  CHECK(space.memory() == 0);
  CHECK(space.finished_memory() == 0);
}

TEST_CASE("beyond that they are stored in the backlog, exact and without a descriptor") {
  spool_space space;
  spool keeps_it(space);
  keeps_it.append(seeded_pattern(10));
  const file_range first = keeps_it.store();
  const std::size_t before = open_descriptors();
  for (const std::size_t size : {0U, 1U, 50000U, 700000U}) {
    spool stream(space);
    stream.append(seeded_pattern(size));
    const file_range place = stream.store();
    CHECK(stream.empty());
    CHECK(space.memory() == 0);
    CHECK(open_descriptors() == before);
    std::string seen(place.length, '\0');
    CHECK(place.file->read(place.offset, seen) == size);
    CHECK(seen == seeded_pattern(size));
    place.file->release(place.offset, place.length);
  }
  CHECK(space.shared()->live() == 10);
  first.file->release(first.offset, first.length);
  CHECK(space.shared()->live() == 0);
}

TEST_CASE("what waits in files is counted from the write, or the splice, to its release") {
  spool_space space(temporary_directory(), {.stream = 0, .files = 1000});
  spool running(space);
  running.append(seeded_pattern(400));
  CHECK_FALSE(space.is_full());
  const auto pipe = test::make_pipe();
  test::put(pipe.in, seeded_pattern(600));
  REQUIRE(::splice(pipe.out.value(), nullptr, running.splice_file(), nullptr, 600, 0) == 600);
  running.spliced(600);
  CHECK(space.is_full());
  SECTION("printed") {
    CHECK(printed(running).size() == 1000);
  }
  SECTION("dropped") {
    running.clear();
  }
  SECTION("stored, then released") {
    const file_range place = running.store();
    CHECK(space.is_full());
    place.file->release(place.offset, place.length);
  }
  CHECK_FALSE(space.is_full());
}

TEST_CASE("the backlog gives space back while it is in use") {
  backlog shared(temporary_directory());
  const std::string bytes = seeded_pattern(1 << 20);
  std::vector<std::uint64_t> places;
  for (int i = 0; i < 16; ++i) places.push_back(shared.put(bytes));
  for (int i = 0; i < 12; ++i) shared.release(places[static_cast<std::size_t>(i)], bytes.size());
  struct stat about {};
  REQUIRE(::fstat(shared.fd(), &about) == 0);
  CHECK(about.st_blocks * 512 < 6 << 20);
  std::string last(bytes.size(), '\0');
  CHECK(shared.read(places[12], last) == bytes.size());
  CHECK(last == bytes);
}

TEST_CASE("many running streams share what memory there is") {
  spool_space space;
  std::vector<std::unique_ptr<spool>> running;
  for (unsigned i = 0; i < 200; ++i) {
    running.push_back(std::make_unique<spool>(space));
    for (int piece = 0; piece < 4; ++piece) running.back()->append(seeded_pattern(60000, i));
  }
  CHECK(space.memory() <= space.limits().total + 200 * space.limits().crowded_stream);
}

TEST_CASE("a slow reader makes the backlog grow, not the memory") {
  spool_space space;
  boost::asio::io_context loop;
  const auto pipe = test::make_pipe();
  writer to(loop.get_executor(), pipe.in.value(), "stdout");
  std::string expected;
  for (unsigned i = 0; i < 200; ++i) {
    spool stream(space);
    stream.append(seeded_pattern(100000, i));
    expected += seeded_pattern(100000, i);
    stream.move_to(to);
  }
  CHECK(to.queued_memory() <= space.limits().queued);
  CHECK(to.queue_length() < 100);  // what is next to each other in the backlog is one piece
  std::string seen;
  test::run_until(loop, [&] {
    seen += test::read_now(pipe.out);
    return seen.size() == expected.size();
  });
  CHECK(seen == expected);
  CHECK(space.shared()->live() == 0);
}

TEST_CASE("where no directory takes a file, memory of the kernel does") {
  spool_space space(temporary_place("/nonexistent", "/neither"));
  std::vector<std::string> told;
  space.on_elsewhere = [&](const std::string& text) { told.push_back(text); };
  spool stream(space), another(space);
  const std::string bytes = seeded_pattern(1000000);
  stream.append(bytes);
  another.append(bytes);
  CHECK(told ==
        std::vector<std::string>{"/nonexistent: No such file or directory: output is kept in "
                                 "memory, at most 256 MiB"});
  CHECK(stream.splice_file() == -1);
  CHECK(printed(stream) == bytes);
}

TEST_CASE("memory in the place of files has a bound, which counts as a full disk") {
  temporary_place nowhere("/nonexistent", "/neither");
  nowhere.most_in_memory = 1000000;
  spool_space space(nowhere, {.stream = 0});
  std::optional<spool> first(std::in_place, space);
  spool second(space);
  first->append(seeded_pattern(600000));
  try {
    second.append(seeded_pattern(600000));
    FAIL("there was room");
  } catch (const io_error& error) {
    CHECK(error.what() == std::string("temporary file in memory: No space left on device"));
  }
  first.reset();
  second.append(seeded_pattern(600000));
  CHECK(second.size() == 600000);
}

TEST_CASE("where the wanted directory takes no file, /tmp does, with a word") {
  spool_space space("/nonexistent", {.stream = 0});
  std::string told;
  space.on_elsewhere = [&](const std::string& text) { told = text; };
  spool stream(space);
  stream.append(seeded_pattern(1000));
  CHECK(told == "/nonexistent: No such file or directory: output is kept in /tmp");
  CHECK(printed(stream) == seeded_pattern(1000));
}

TEST_CASE("without free descriptors a stream stays in memory") {
  if (needs_descriptors_itself) return;
  spool_space space;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{0, before.rlim_max};
  spool stream(space);
  ::setrlimit(RLIMIT_NOFILE, &none);
  stream.append(seeded_pattern(400000));
  stream.append(seeded_pattern(400000, 1));
  ::setrlimit(RLIMIT_NOFILE, &before);
  stream.append(seeded_pattern(400000, 2));
  CHECK(printed(stream) ==
        seeded_pattern(400000) + seeded_pattern(400000, 1) + seeded_pattern(400000, 2));
}

TEST_CASE("without free descriptors the backlog takes a long stream if it is there") {
  if (needs_descriptors_itself) return;
  spool_space space;
  space.shared();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{0, before.rlim_max};
  spool stream(space);
  ::setrlimit(RLIMIT_NOFILE, &none);
  for (unsigned part = 0; part < 4; ++part) stream.append(seeded_pattern(200000, part));
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(space.memory() <= 262144);
  CHECK(space.shared()->live() == 600000);
  CHECK(stream.last_bytes(250000) ==
        seeded_pattern(200000, 2).substr(150000) + seeded_pattern(200000, 3));
  CHECK(printed(stream) == seeded_pattern(200000) + seeded_pattern(200000, 1) +
                               seeded_pattern(200000, 2) + seeded_pattern(200000, 3));
}

TEST_CASE("a full place for temporary files is an error that names it") {
  spool_space space("/tmp");
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{1 << 20, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  {
    spool stream(space);
    try {
      for (int i = 0; i < 100; ++i) stream.append(seeded_pattern(100000));
    } catch (const io_error& error) {
      message = error.what();
    }
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_DFL);
  CHECK(message == "temporary file in /tmp: File too large");
  CHECK(space.memory() == 0);
}

TEST_CASE("one place behind two descriptors is known") {
  const auto pipe = test::make_pipe();
  const auto other = test::make_pipe();
  const owned_fd copy(::dup(pipe.in.value()));
  CHECK(same_output(pipe.in.value(), copy.value()));
  CHECK_FALSE(same_output(pipe.in.value(), other.in.value()));
  CHECK_FALSE(same_output(pipe.in.value(), -1));
}
