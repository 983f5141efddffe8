#pragma once
// What verify found in a journal and what repair does to it, as people and scripts read it. Pure functions.

#include <string>
#include <vector>

#include "broker/journal/repair.hpp"
#include "broker/journal/verify.hpp"
#include "cli/format/json.hpp"

namespace fanfare::cli {

/// A line per stream, below it one for each problem (segment and offset) and note.
std::string describe(const std::vector<broker::journal::StreamReport>& reports);

/// {streams: [{stream, folder, segments, bytes, records, first, last, problems: [{file, offset, what, rebuilt}],
/// notes}]}
Json to_json(const std::vector<broker::journal::StreamReport>& reports);

bool is_damaged(const broker::journal::StreamReport& report);

/// What repair will do, some lines per stream.
std::string describe_plan(const std::vector<broker::journal::Repair>& repairs);

/// What it has done: where what was cut off is kept, and what the next start does.
std::string describe_done(const std::vector<broker::journal::Repair>& repairs);

}  // namespace fanfare::cli
