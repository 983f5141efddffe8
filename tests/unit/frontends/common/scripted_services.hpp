#pragma once
// Services that answer when and as the test says. One thread.

#include <deque>
#include <string>
#include <utility>

#include "frontends/common/services.hpp"

namespace fanfare::frontends::common::test {

class ScriptedServices final : public Services {
 public:
  void call(const ServiceRequest& request, AnswerHandler handler) override {
    requests.push_back(request);
    waiting_.push_back(std::move(handler));
  }

  /// Answers the oldest open request.
  void answer(const Answer& answer) {
    const AnswerHandler handler = std::move(waiting_.front());
    waiting_.pop_front();
    handler(answer);
  }

  std::deque<ServiceRequest> requests;  ///< all there were

 private:
  std::deque<AnswerHandler> waiting_;
};

}  // namespace fanfare::frontends::common::test
