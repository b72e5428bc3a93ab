/// What the manifest's tests share: reading a text, and the message of one that is wrong.
#pragma once

#include <string>
#include <string_view>

#include <weir/error.hpp>

#include "input/manifest/manifest.hpp"

/// A TOML manifest with `version = 1` before the text, on a line of its own.
inline weir::manifest toml(std::string_view text) {
  return weir::read_toml_manifest("version = 1\n" + std::string(text), "jobs.toml");
}

/// The only job of a manifest whose [[job]] has these keys.
inline weir::manifest_job one_job(std::string_view keys) {
  weir::manifest m = toml("[[job]]\n" + std::string(keys));
  return m.jobs.at(0);
}

/// What `read` throws, or an empty string.
template <class Read>
std::string message_of(Read read) {
  try {
    read();
  } catch (const weir::usage_error& error) {
    return error.what();
  }
  return "";
}

inline std::string toml_error(std::string_view text) {
  return message_of([&] { toml(text); });
}

/// The message for a job with argv and these keys on line 4.
inline std::string job_error(std::string_view keys) {
  return toml_error("[[job]]\nargv = [\"true\"]\n" + std::string(keys));
}
