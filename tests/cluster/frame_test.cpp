#include "cluster/frame.hpp"

#include "support/catch.hpp"

using namespace weir;

namespace {

std::string frames(std::initializer_list<std::string_view> bodies) {
  std::string all;
  for (const auto body : bodies) append_frame(all, frame_kind::out, body);
  return all;
}

std::vector<std::string> read_in_pieces(const std::string& bytes, std::size_t piece,
                                        std::string* fault = nullptr) {
  std::vector<std::string> bodies;
  frame_reader reader(1000);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.take(std::string_view(bytes).substr(at, piece));
    while (const auto next = reader.next()) bodies.emplace_back(next->body);
  }
  if (fault != nullptr) *fault = reader.fault();
  return bodies;
}

}  // namespace

TEST_CASE("frames come out as they went in, however they are cut") {
  const std::vector<std::string> bodies{"", "one", std::string("\0\n\0", 3),
                                        std::string(1000, 'x')};
  std::string bytes;
  for (const auto& body : bodies) append_frame(bytes, frame_kind::err, body);
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
    CHECK(read_in_pieces(bytes, piece) == bodies);
}

TEST_CASE("a frame that is cut off is none") {
  const std::string whole = frames({"body"});
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(read_in_pieces(whole.substr(0, size), 1000).empty());
}

TEST_CASE("a frame that is too long is refused before it has come") {
  std::string fault;
  CHECK(read_in_pieces(frames({"good", std::string(1001, 'x'), "late"}), 1, &fault) ==
        std::vector<std::string>{"good"});
  CHECK(fault == "it sent a frame of 1001 bytes");

  frame_reader reader(1000);
  reader.take("\xff\xff\xff\xff\x01" + std::string(100'000, 'x'));
  CHECK(!reader.next());
  CHECK(reader.kept() == 0);
}

TEST_CASE("what is no frame breaks the reader for good") {
  std::string fault;
  CHECK(read_in_pieces("garbage" + frames({"good"}), 1000, &fault).empty());
  CHECK(!fault.empty());
  std::string no_end = frames({"good"});
  no_end.back() = 'x';
  CHECK(read_in_pieces(no_end + frames({"good"}), 1000, &fault).empty());
  CHECK(fault == "it sent an incomplete frame");
}

TEST_CASE("a reader keeps no more than a frame and what came with it") {
  frame_reader reader(1000);
  const std::string all = frames({std::string(900, 'x'), std::string(900, 'y')});
  std::size_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    reader.take(all);
    while (reader.next()) {
    }
    most = std::max(most, reader.kept());
  }
  CHECK(most < 100'000);
}

TEST_CASE("a greeting is found behind what a login prints") {
  const std::string before = GENERATE("", "Welcome\n\n", "no newline: ", "$ stty\r\n");
  const std::string bytes = before + "weir-worker 7 1.2.3\r\nREST";
  greeting_reader reader;
  const std::size_t used = reader.take(bytes);
  REQUIRE(reader.found());
  CHECK(reader.found()->protocol == 7);
  CHECK(reader.found()->version == "1.2.3");
  CHECK(bytes.substr(used) == "REST");
}

TEST_CASE("the greeting of this weir is one") {
  greeting_reader reader;
  reader.take(greeting_line());
  REQUIRE(reader.found());
  CHECK(reader.found()->protocol == frame_protocol);
}

TEST_CASE("who never greets is given up, and what it said is known") {
  greeting_reader reader;
  reader.take("sh: weir: not found\nweir-worker x y\n");
  CHECK(!reader.found());
  CHECK(!reader.gives_up());
  CHECK(reader.noise() == "weir-worker x y");
  for (int i = 0; i < 100; ++i) reader.take(std::string(1000, 'x'));
  CHECK(reader.gives_up());
}
