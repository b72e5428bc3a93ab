// What a worker, or whoever poses as one, sends: the same frames however the bytes are cut, memory
// that does not grow beyond what was allowed, and bodies that are read or refused.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/frame.hpp"
#include "cluster/job_wire.hpp"

namespace {

constexpr std::size_t most_body = 4096;
constexpr std::size_t head_and_end = 6;

struct seen {
  std::string noise;
  std::vector<std::string> frames;
  std::string fault;
  bool operator==(const seen&) const = default;
};

void require(bool fact) {
  if (!fact) std::abort();
}

template <typename Value>
void read(std::string_view body) {
  Value value;
  weir::wire_reader in(body);
  in(value);
  if (!in.is_whole()) return;
  std::string again;
  weir::wire_writer out(again);
  out(value);
  Value same;
  weir::wire_reader back(again);
  back(same);
  require(back.is_whole());
}

seen look(std::string_view bytes, std::size_t piece) {
  seen all;
  weir::greeting_reader greeting;
  weir::frame_reader reader(most_body);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    std::string_view now = bytes.substr(0, piece);
    if (!greeting.found()) now.remove_prefix(greeting.take(now));
    reader.take(now);
    while (const auto next = reader.next())
      all.frames.push_back(static_cast<char>(next->kind) + std::string(next->body));
    require(reader.kept() <= 2 * (most_body + head_and_end) + (128U << 10) + piece);
  }
  all.noise = greeting.noise();
  all.fault = reader.fault();
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string text = (bytes[0] % 2 == 0 ? weir::greeting_line() : "") +
                           std::string(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const seen whole = look(text, text.size() + 1);
  require(whole == look(text, 1));
  require(whole == look(text, 7));
  for (const std::string& each : whole.frames) {
    const std::string_view body = std::string_view(each).substr(1);
    read<weir::outcome>(body);
    read<weir::job_spec>(body);
    read<weir::job_settings>(body);
    read<std::vector<weir::process_left>>(body);
  }
  return 0;
}
