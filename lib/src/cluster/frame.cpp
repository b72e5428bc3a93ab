#include "cluster/frame.hpp"

#include <algorithm>
#include <charconv>

#include <weir/version.hpp>

namespace weir {

namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t head_size = length_size + 1;
/// Beyond this, what has been used is moved out of the buffer.
constexpr std::size_t worth_moving = 64 * 1024;
constexpr std::string_view greeting_word = "weir-worker ";
constexpr std::size_t longest_greeting = 200;

void put_length(std::string& to, std::size_t at, std::size_t length) {
  for (std::size_t i = 0; i < length_size; ++i)
    to[at + i] = static_cast<char>((length >> (8 * i)) & 0xff);
}

std::size_t length_at(std::string_view bytes) {
  std::size_t length = 0;
  for (std::size_t i = length_size; i-- > 0;)
    length = (length << 8) | static_cast<unsigned char>(bytes[i]);
  return length;
}

}  // namespace

std::size_t open_frame(std::string& to, frame_kind kind) {
  const std::size_t at = to.size();
  to.append(length_size, '\0');
  to += static_cast<char>(kind);
  return at;
}

void close_frame(std::string& to, std::size_t opened) {
  put_length(to, opened, to.size() - opened - head_size);
  to += '\n';
}

void append_frame(std::string& to, frame_kind kind, std::string_view body) {
  const std::size_t at = open_frame(to, kind);
  to += body;
  close_frame(to, at);
}

void frame_reader::take(std::string_view bytes) {
  if (!fault_.empty()) return;
  if (done_ == buffer_.size() || done_ >= worth_moving) {
    buffer_.erase(0, done_);
    done_ = 0;
  }
  buffer_ += bytes;
}

std::optional<frame> frame_reader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(done_);
  if (!fault_.empty() || rest.size() < head_size) return std::nullopt;
  const std::size_t length = length_at(rest);
  const auto kind = static_cast<unsigned char>(rest[length_size]);
  if (kind > static_cast<unsigned char>(last_frame_kind))
    fault_ = "it sent an invalid frame";
  else if (length > most_body_)
    fault_ = "it sent a frame of " + std::to_string(length) + " bytes";
  else if (rest.size() >= head_size + length + 1 && rest[head_size + length] != '\n')
    fault_ = "it sent an incomplete frame";
  if (!fault_.empty()) {
    buffer_ = {};
    done_ = 0;
    return std::nullopt;
  }
  if (rest.size() < head_size + length + 1) return std::nullopt;
  done_ += head_size + length + 1;
  return frame{static_cast<frame_kind>(kind), rest.substr(head_size, length)};
}

std::string greeting_line() {
  return std::string(greeting_word) + std::to_string(frame_protocol) + ' ' + std::string(version) +
         '\n';
}

std::size_t greeting_reader::take(std::string_view bytes) {
  std::size_t used = 0;
  while (!found_ && used < bytes.size()) {
    const char c = bytes[used++];
    ++seen_;
    if (c == '\n')
      end_line();
    else if (line_.size() < longest_greeting)
      line_ += c;
  }
  return used;
}

/// A terminal in between turns a newline into CR and LF; text printed without a newline precedes
/// the greeting.
void greeting_reader::end_line() {
  if (line_.ends_with('\r')) line_.pop_back();
  const auto at = line_.rfind(greeting_word);
  greeting heard;
  if (at != std::string::npos) {
    const char* const first = line_.data() + at + greeting_word.size();
    const char* const last = line_.data() + line_.size();
    const auto [end, error] = std::from_chars(first, last, heard.protocol);
    if (error == std::errc() && end != last && *end == ' ') {
      heard.version.assign(end + 1, last);
      found_ = std::move(heard);
      return;
    }
  }
  if (!line_.empty()) noise_ = line_;
  line_.clear();
}

}  // namespace weir
