/// An input that has become shorter while it was being read: that must not look like its end.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>

#include <weir/error.hpp>

namespace weir {

class shortened_file : public io_error {
 public:
  explicit shortened_file(const std::string& name)
      : io_error(EIO, name), text_(name + ": has become shorter while it was read") {}

  /// No call has failed, so there is no errno text.
  const char* what() const noexcept override { return text_.what(); }

 private:
  std::runtime_error text_;  // unlike a string, copied without throwing
};

}  // namespace weir
