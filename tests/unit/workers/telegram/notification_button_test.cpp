#include "workers/telegram/notification_button.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::telegram {
namespace {

NotificationButton button(NotificationButton::Does does) {
  return {.does = does,
          .conversation = *Uuid::parse("0199a1b2-0000-7000-8000-00000000000a"),
          .up_to = {*Uuid::parse("0199a1b2-ffff-7000-8000-00000000000b"), kMaxSequence}};
}

TEST(NotificationButton, IsReadAsItIsWrittenAndFitsIntoAButton) {
  for (const auto does : {NotificationButton::Does::kMarkRead, NotificationButton::Does::kMuteAnHour}) {
    const std::string data = to_data(button(does));
    EXPECT_LE(data.size(), 64U);
    EXPECT_EQ(read_notification_button(data), button(does));
  }
}

TEST(NotificationButton, WhatIsNoneOfThemIsNotRead) {
  const std::string good = to_data(button(NotificationButton::Does::kMarkRead));
  for (const std::string& data : {std::string(), std::string("R"), "X" + good.substr(1), good + "A",
                                  good.substr(0, good.size() - 1), "R" + std::string(54, '_')}) {
    EXPECT_FALSE(read_notification_button(data).has_value()) << data;
  }
}

}  // namespace
}  // namespace fanfare::workers::telegram
