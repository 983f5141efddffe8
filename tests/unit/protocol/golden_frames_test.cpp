// The layout on the wire must not change by accident: protocol/golden/frames.txt is what other clients are built on.
// After a change on purpose, FANFARE_WRITE_GOLDEN=1 makes this test write the file anew.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "tests/unit/protocol/sample_frames.hpp"

namespace fanfare::protocol {
namespace {

const char* const kFile = FANFARE_SOURCE_DIR "/protocol/golden/frames.txt";

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4U];
    hex += kDigits[static_cast<unsigned char>(c) & 0x0FU];
  }
  return hex;
}

std::map<std::string, std::string> read_golden() {
  std::map<std::string, std::string> frames;
  std::ifstream file(kFile);
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find(" = ");
    if (!line.starts_with('#') && equals != std::string::npos) frames[line.substr(0, equals)] = line.substr(equals + 3);
  }
  return frames;
}

TEST(GoldenFrames, AreWhatTheCodecWrites) {
  if (std::getenv("FANFARE_WRITE_GOLDEN") != nullptr) {
    std::ofstream file(kFile);
    file << "# A frame of each command with every field set: name = hex. Written by "
            "tests/unit/protocol/golden_frames_test.cpp.\n";
    for (const auto& frame : sample_frames()) file << frame.name << " = " << to_hex(frame.bytes) << '\n';
  }
  const auto golden = read_golden();
  const auto samples = sample_frames();
  EXPECT_EQ(golden.size(), samples.size());
  for (const auto& frame : samples) {
    const auto found = golden.find(frame.name);
    ASSERT_NE(found, golden.end()) << frame.name;
    EXPECT_EQ(found->second, to_hex(frame.bytes)) << frame.name;
  }
}

/// Whether `Command` reads the sample and writes the same bytes again.
template <class Command>
void expect_same_again(const std::map<std::string, std::string>& samples, const std::string& name) {
  FrameReader reader(samples.at(name));
  const auto raw = reader.next();
  ASSERT_TRUE(raw) << name;
  EXPECT_EQ(raw->type, Command::kType) << name;
  const auto command = decode<Command>(raw->body);
  ASSERT_TRUE(command) << name;
  EXPECT_EQ(make_frame(*command), samples.at(name)) << name;
  for (std::size_t size = 0; size < raw->body.size(); ++size) {
    const auto cut = decode<Command>(raw->body.substr(0, size));
    // Only a command that ends with a tail may be shorter.
    if (cut) {
      EXPECT_LT(make_frame(*cut).size(), samples.at(name).size()) << name << " cut to " << size;
    }
  }
}

TEST(GoldenFrames, AreReadAndWrittenAgainUnchanged) {
  std::map<std::string, std::string> samples;
  for (auto& frame : sample_frames()) samples.emplace(std::move(frame.name), std::move(frame.bytes));
  expect_same_again<Hello>(samples, "hello");
  expect_same_again<Hello>(samples, "hello_resume");
  expect_same_again<Welcome>(samples, "welcome");
  expect_same_again<Ok>(samples, "ok");
  expect_same_again<Error>(samples, "error");
  expect_same_again<Ping>(samples, "ping");
  expect_same_again<Pong>(samples, "pong");
  expect_same_again<Bye>(samples, "bye");
  expect_same_again<Drain>(samples, "drain");
  expect_same_again<Credit>(samples, "credit");
  expect_same_again<Topic>(samples, "topic");
  expect_same_again<Forget>(samples, "forget");
  expect_same_again<Publish>(samples, "publish");
  expect_same_again<Publish>(samples, "publish_resent");
  expect_same_again<Puback>(samples, "puback");
  expect_same_again<Subscribe>(samples, "subscribe");
  expect_same_again<Unsubscribe>(samples, "unsubscribe");
  expect_same_again<Deliver>(samples, "deliver");
  expect_same_again<Deliver>(samples, "deliver_group");
  expect_same_again<CaughtUp>(samples, "caught_up");
  expect_same_again<PositionUpdate>(samples, "position");
  expect_same_again<Gap>(samples, "gap");
  expect_same_again<Fetch>(samples, "fetch");
  expect_same_again<Page>(samples, "page_records");
  expect_same_again<Page>(samples, "page_rows");
  expect_same_again<Query>(samples, "query");
  expect_same_again<Serve>(samples, "serve");
  expect_same_again<Request>(samples, "request");
  expect_same_again<ServiceRequest>(samples, "service_request");
  expect_same_again<Reply>(samples, "reply");
  expect_same_again<Cancel>(samples, "cancel");
  expect_same_again<Passed>(samples, "passed");
  expect_same_again<Join>(samples, "join");
  expect_same_again<Leave>(samples, "leave");
  expect_same_again<Ack>(samples, "ack");
  expect_same_again<Nack>(samples, "nack");
  expect_same_again<Progress>(samples, "progress");
  expect_same_again<Role>(samples, "role");
  expect_same_again<Revoke>(samples, "revoke");
  expect_same_again<Manage>(samples, "manage");
  expect_same_again<PresenceCommand>(samples, "presence");
  expect_same_again<PresenceUpdate>(samples, "presence_update");
}

}  // namespace
}  // namespace fanfare::protocol
