#pragma once
// What SQLite's failures mean for whoever runs Fanfare. A pure function.

#include <SQLiteCpp/Exception.h>

#include <filesystem>

#include "runtime/result.hpp"

namespace fanfare::workers::store {

/// Names the file and says what to do next.
[[nodiscard]] runtime::Error describe_failure(const std::filesystem::path& file, const SQLite::Exception& failure);

}  // namespace fanfare::workers::store
