// Outcomes that come in another order than the publishes were called in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/sdk/driven_client.hpp"

namespace fanfare::transport::test {
namespace {

using testing::ElementsAre;

class PublishOutcomes : public testing::Test {
 protected:
  /// In a batch of its own.
  void publish(const std::string& name) {
    client.core().publish("a.topic", name, {}, Client::AckHandler([this, name](const Outcome<Ack>& outcome) {
                            told.push_back(name + (outcome.ok() ? "" : " failed"));
                          }));
    client.send();
  }

  DrivenClient client;
  std::vector<std::string> told;
};

// A message that no stream keeps is answered at once, one before it waits for its commit.
TEST_F(PublishOutcomes, AreToldOfBatchesThatOvertookAnother) {
  publish("one");
  publish("two");
  publish("three");
  client.acknowledge_only(2);
  publish("four");  // in the memory of "two"
  publish("five");
  client.acknowledge_only(5);
  client.acknowledge_only(3);
  publish("six");
  client.acknowledge_only(4);
  client.acknowledge_only(1);
  client.acknowledge_only(6);
  EXPECT_THAT(told, ElementsAre("two", "five", "three", "four", "one", "six"));
}

}  // namespace
}  // namespace fanfare::transport::test
