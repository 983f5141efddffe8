#pragma once
// The broker as the hub sees it: topics that are listened to or not. On the I/O thread; what becomes of it comes
// through the Hub's opened(), refused(), arrived() and interrupted(), never from inside these calls.

#include <string>

namespace fanfare::frontends::websocket::hub {

class TopicSource {
 public:
  virtual ~TopicSource() = default;
  virtual void open(const std::string& topic) = 0;
  virtual void close(const std::string& topic) = 0;
};

}  // namespace fanfare::frontends::websocket::hub
