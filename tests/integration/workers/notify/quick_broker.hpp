// Short leases and graces for the brokers of these tests. For tests only; the tests' thread.
#pragma once

#include <chrono>
#include <cstdlib>
#include <string>

#include "tests/support/eventually.hpp"

namespace fanfare::workers::notify::test_support {

/// While it lives, brokers that are started know who is there a moment after their start.
class QuickBroker {
 public:
  QuickBroker() {
    set("FANFARE_LIMITS_LEASE", fanfare::test::patient(std::chrono::milliseconds(500)));
    set("FANFARE_LIMITS_HEARTBEAT", fanfare::test::patient(std::chrono::milliseconds(200)));
    set("FANFARE_LIMITS_PRESENCE_GRACE", fanfare::test::patient(std::chrono::milliseconds(50)));
  }
  ~QuickBroker() {
    for (const char* name : {"FANFARE_LIMITS_LEASE", "FANFARE_LIMITS_HEARTBEAT", "FANFARE_LIMITS_PRESENCE_GRACE"}) {
      ::unsetenv(name);
    }
  }

 private:
  static void set(const char* name, std::chrono::milliseconds time) {
    ::setenv(name, (std::to_string(time.count()) + "ms").c_str(), 1);
  }
};

}  // namespace fanfare::workers::notify::test_support
