#include "runtime/service/notify.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>

#include "runtime/process/ready_socket.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::runtime {
namespace {

class Notify : public testing::Test {
 protected:
  void TearDown() override { ::unsetenv("NOTIFY_SOCKET"); }
};

TEST_F(Notify, WithoutAManagerNothingIsWrong) { EXPECT_TRUE(notify_manager("READY=1")); }

TEST_F(Notify, AbstractSocketIsTold) {
  auto socket = ReadySocket::open().value();
  ::setenv("NOTIFY_SOCKET", socket.name().c_str(), 1);
  EXPECT_FALSE(socket.take_ready());
  EXPECT_TRUE(notify_manager("STOPPING=1"));
  EXPECT_FALSE(socket.take_ready());
  EXPECT_TRUE(notify_manager("READY=1"));
  EXPECT_TRUE(socket.take_ready());
}

TEST_F(Notify, SocketInTheFileSystemIsTold) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() / "notify";
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  EXPECT_TRUE(notify_manager("READY=1"));
  std::array<char, 32> text{};
  EXPECT_EQ(::recv(socket.get(), text.data(), text.size(), MSG_DONTWAIT), 7);
  EXPECT_STREQ(text.data(), "READY=1");
}

TEST_F(Notify, ManagerThatIsGoneIsReported) {
  ::setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
  EXPECT_FALSE(notify_manager("READY=1"));
}

}  // namespace
}  // namespace fanfare::runtime
