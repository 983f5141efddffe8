#include "cli/output/line_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <iterator>
#include <utility>

#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

constexpr std::size_t kMaxWaiting = 1U << 20U;

}  // namespace

LineWriter::LineWriter(int fd, const Waiter& waiter)
    : fd_(fd), waiter_(waiter), thread_([this](const std::stop_token& stop) { run(stop); }) {}

LineWriter::~LineWriter() {
  close(0);
  thread_.request_stop();
  wake_up_.wake();
}

void LineWriter::write(std::string_view line, Written written) { add(line, "\n", std::move(written)); }

void LineWriter::write_part(std::string_view part) { add(part, {}, {}); }

void LineWriter::add(std::string_view text, std::string_view end, Written written) {
  std::unique_lock lock(mutex_);
  has_room_.wait(lock, [this] { return closed_ || waiting_.size() < kMaxWaiting; });
  if (!closed_) {
    waiting_.append(text).append(end);
    if (written) after_waiting_.push_back(std::move(written));
    lock.unlock();
    return wake_up_.wake();
  }
  lock.unlock();
  if (written) written(false);
}

bool LineWriter::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void LineWriter::finish(Waiter& waiter) const {
  waiter.wait(Clock::time_point::max(), [this] {
    const std::lock_guard lock(mutex_);
    return closed_ || (waiting_.empty() && !is_writing_);
  });
  const std::lock_guard lock(mutex_);
  if (error_ != 0) throw CommandFailure(std::string("standard output: ") + std::strerror(error_));
}

void LineWriter::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::string text = take();
    const bool goes_on = text.empty() ? await_input() : write_all(text, stop);
    if (!goes_on) return;
    tell_written();
  }
}

/// All that waits; it counts as being written until the next call.
std::string LineWriter::take() {
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    text.swap(waiting_);
    after_written_.swap(after_waiting_);
    is_writing_ = !text.empty();
  }
  has_room_.notify_all();
  if (text.empty()) waiter_.wake();
  return text;
}

/// Of what take() gave.
void LineWriter::tell_written() {
  std::vector<Written> written;
  {
    const std::lock_guard lock(mutex_);
    written.swap(after_written_);
  }
  for (const Written& one : written) one(true);
}

/// Returns when woken up; false if the reader has left meanwhile.
bool LineWriter::await_input() {
  std::array<pollfd, 2> sources = {{{wake_up_.fd(), POLLIN, 0}, {fd_, 0, 0}}};
  ::poll(sources.data(), sources.size(), -1);
  wake_up_.clear();
  if (sources[1].revents == 0) return true;
  close(0);
  return false;
}

bool LineWriter::write_all(std::string_view text, const std::stop_token& stop) {
  while (!text.empty()) {
    // A pipe that is writable takes PIPE_BUF bytes without blocking, so a stop is always noticed.
    std::array<pollfd, 2> sources = {{{wake_up_.fd(), POLLIN, 0}, {fd_, POLLOUT, 0}}};
    ::poll(sources.data(), sources.size(), -1);
    if (stop.stop_requested()) return false;
    if (sources[1].revents == 0) {
      wake_up_.clear();  // there is more to write, which is looked for anyway
      continue;
    }
    const ssize_t size = ::write(fd_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (size < 0 && errno != EINTR && errno != EAGAIN) {
      close(errno == EPIPE ? 0 : errno);
      return false;
    }
    if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void LineWriter::close(int error) {
  std::vector<Written> unwritten;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (error_ == 0) error_ = error;
    unwritten.swap(after_written_);
    std::ranges::move(after_waiting_, std::back_inserter(unwritten));
    after_waiting_.clear();
  }
  has_room_.notify_all();
  for (const Written& one : unwritten) one(false);
  waiter_.wake();
}

}  // namespace fanfare::cli
