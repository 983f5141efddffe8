#include "cli/journal/journal_text.hpp"

#include "cli/format/text.hpp"

namespace fanfare::cli {
namespace {

using broker::journal::kMostProblems;
using broker::journal::Problem;
using broker::journal::Repair;
using broker::journal::StreamReport;

std::string plural(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string place(const Problem& problem) {
  return printable(problem.file) + ", offset " + std::to_string(problem.offset) + ": " + printable(problem.what);
}

std::string describe(const StreamReport& report) {
  std::string text = printable(report.stream) + ": " + (is_damaged(report) ? "damaged" : "ok") + ", " +
                     plural(report.records, "message");
  if (report.last) text += " (" + std::to_string(report.first) + " to " + report.last->to_string() + ")";
  text += ", " + plural(report.segments, "segment") + ", " + rough_size(report.bytes) + "\n";
  for (const Problem& problem : report.problems) text += "  " + place(problem) + "\n";
  if (report.problems.size() >= kMostProblems) text += "  there may be more\n";
  for (const std::string& note : report.notes) text += "  note: " + printable(note) + "\n";
  return text;
}

Json to_json(const StreamReport& report) {
  Json problems = Json::array();
  for (const Problem& problem : report.problems) {
    problems.push_back({{"file", text_or_base64(problem.file)},
                        {"offset", problem.offset},
                        {"what", text_or_base64(problem.what)},
                        {"rebuilt", problem.rebuilt}});
  }
  Json notes = Json::array();
  for (const std::string& note : report.notes) notes.push_back(text_or_base64(note));
  Json last;
  if (report.last) last = {{"epoch", report.last->epoch.to_string()}, {"sequence", report.last->sequence}};
  return {{"stream", text_or_base64(report.stream)},
          {"folder", text_or_base64(report.folder)},
          {"segments", report.segments},
          {"bytes", report.bytes},
          {"records", report.records},
          {"first", report.first == 0 ? Json() : Json(report.first)},
          {"last", last},
          {"problems", problems},
          {"notes", notes}};
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ", ").append(printable(name));
  return text;
}

/// "1.segment from offset 4096 on, and all of 2.segment, 3.segment"
std::string what_goes(const Repair::Cut& cut) {
  std::string text = cut.offset == 0 ? "all of " + printable(cut.segment)
                                     : printable(cut.segment) + " from offset " + std::to_string(cut.offset) + " on";
  if (!cut.rest.empty()) text += (cut.offset == 0 ? ", " : ", and all of ") + list(cut.rest);
  return text;
}

std::string kept_in(const Repair& repair) { return printable(repair.folder + "/" + repair.cut->kept_in); }

std::string describe_plan(const Repair& repair) {
  std::string text = printable(repair.stream) + ":\n";
  if (!repair.rebuilt.empty()) text += "  makes anew, without losing a message: " + list(repair.rebuilt) + "\n";
  if (!repair.cut) return text;
  const Repair::Cut& cut = *repair.cut;
  text += "  " + place(cut.reason) + "\n";
  text += "  cuts off " + what_goes(cut) + "\n";
  text += "  the last message that stays: " + (cut.last.sequence == 0 ? "none" : cut.last.to_string()) + "\n";
  text += "  what is cut off goes to " + kept_in(repair) + "\n";
  text += "  the next start begins a new epoch: whoever resumes is told that messages may be missing\n";
  return text;
}

std::string describe_done(const Repair& repair) {
  if (!repair.cut) return printable(repair.stream) + ": repaired, no message was lost\n";
  return printable(repair.stream) + ": repaired, what was cut off is kept in " + kept_in(repair) +
         "; the next start begins a new epoch\n";
}

}  // namespace

bool is_damaged(const StreamReport& report) { return !report.problems.empty(); }

std::string describe(const std::vector<StreamReport>& reports) {
  std::string text;
  for (const StreamReport& report : reports) text += describe(report);
  return text;
}

Json to_json(const std::vector<StreamReport>& reports) {
  Json list = Json::array();
  for (const StreamReport& report : reports) list.push_back(to_json(report));
  return {{"streams", list}};
}

std::string describe_plan(const std::vector<Repair>& repairs) {
  std::string text;
  for (const Repair& repair : repairs) text += describe_plan(repair);
  return text;
}

std::string describe_done(const std::vector<Repair>& repairs) {
  std::string text;
  for (const Repair& repair : repairs) text += describe_done(repair);
  return text;
}

}  // namespace fanfare::cli
