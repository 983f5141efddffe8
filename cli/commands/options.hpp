#pragma once
// Kinds of options that several commands have. A value that is none throws the parser's error: wrong usage, exit 2.
// Used on the main thread while the command line is parsed.

#include <fanfare/headers.hpp>
#include <fanfare/uuid.hpp>

#include <CLI/App.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fanfare::cli {

/// 300ms, 2s, 5m, 24h
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::optional<std::chrono::milliseconds>& target,
                          const std::string& description);

/// 1s,5s,1m: one to `most` of them
CLI::Option* add_durations(CLI::App& app, const std::string& name, std::vector<std::chrono::milliseconds>& target,
                           const std::string& description, std::size_t most);

/// 512, 64KiB, 1MiB
CLI::Option* add_size(CLI::App& app, const std::string& name, std::size_t& target, const std::string& description);

/// A whole number from 1 to `most`.
CLI::Option* add_count(CLI::App& app, const std::string& name, std::uint64_t& target, const std::string& description,
                       std::uint64_t most = UINT64_MAX);

/// A sequence, which begins with 1; `name` is what the error calls it.
std::uint64_t parse_sequence(const std::string& name, const std::string& text);

/// KEY=VALUE, any number of times
CLI::Option* add_headers(CLI::App& app, Headers& target);

CLI::Option* add_uuid(CLI::App& app, const std::string& name, std::optional<Uuid>& target,
                      const std::string& description);

}  // namespace fanfare::cli
