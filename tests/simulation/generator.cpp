#include "tests/simulation/generator.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tests/simulation/presence_truth.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/service_check.hpp"
#include "tests/simulation/topics.hpp"

namespace fanfare::simulation {
namespace {

struct Share {
  Do what;
  std::uint32_t weight;
  bool is_trouble;  ///< more of it in some episodes, none in others
};
constexpr std::array<Share, kActionNames.size()> kShares{{
    {Do::publish, 1'000, false}, {Do::repeat, 120, true},  {Do::conflict, 20, true},   {Do::subscribe, 200, false},
    {Do::unsubscribe, 80, true}, {Do::query, 20, false},   {Do::handle, 1'000, false}, {Do::send, 1'200, false},
    {Do::up, 1'200, false},      {Do::down, 1'200, false}, {Do::dial, 400, false},     {Do::cut, 50, true},
    {Do::notice, 60, false},     {Do::wait, 400, false},   {Do::commit, 1'400, false}, {Do::full, 10, true},
    {Do::fail, 2, true},         {Do::answer, 700, false}, {Do::trim, 30, true},       {Do::crash, 10, true},
    {Do::power, 5, true},        {Do::die, 12, true},      {Do::close, 8, true},       {Do::join, 60, true},
    {Do::leave, 20, true},       {Do::start, 700, false},  {Do::settle, 900, false},   {Do::progress, 40, true},
    {Do::retry, 5, true},        {Do::serve, 40, true},    {Do::unserve, 15, true},    {Do::request, 200, true},
    {Do::cancel, 20, true},      {Do::reply, 300, false},  {Do::clone, 30, true},      {Do::hold, 60, true},
    {Do::release, 30, true},     {Do::watch, 40, true},    {Do::unwatch, 15, true},    {Do::part, 200, true},
}};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {
    constexpr std::array<About, 6> kAbout{About::everything, About::everything, About::everything,
                                          About::presence,   About::presence,   About::services};
    about_ = kAbout.at(random_.below(kAbout.size()));
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < kShares.size(); ++i) {
      auto weight = kShares.at(i).weight;
      if (kShares.at(i).is_trouble) {
        constexpr std::array<std::uint32_t, 6> kFactors{0, 0, 1, 2, 4, 10};
        weight = weight * kFactors.at(random_.below(kFactors.size())) / 2;
      }
      if (about_ != About::everything) weight = weigh(kShares.at(i), weight);
      sums_.at(i) = sum += weight;
    }
    bursts_ = random_.one_in(3);
    favourite_ = random_.one_in(2) ? static_cast<int>(random_.below(kTopics.size())) : -1;
  }

  Action next() {
    const auto drawn = random_.below(sums_.back());
    const auto place = std::ranges::upper_bound(sums_, drawn) - sums_.begin();
    Action action{.what = kShares.at(static_cast<std::size_t>(place)).what, .with = {random_.below(60)}};
    fill(action);
    return action;
  }

  /// Those about one thing are short: what a watch knows in the end tells most.
  std::size_t length() {
    if (about_ != About::everything) return 100 + below(600);
    return 300 + below(below(4) == 0 ? 8'000 : 2'000);
  }

  std::uint32_t below(std::uint32_t bound) { return random_.below(bound); }

 private:
  /// What an episode is mostly about.
  enum class About : std::uint8_t { everything, presence, services };

  /// More of that, of its trouble, and of what moves it on.
  [[nodiscard]] std::uint32_t weigh(const Share& share, std::uint32_t weight) const {
    switch (share.what) {
      case Do::hold:
      case Do::release:
      case Do::watch:
      case Do::unwatch:
        return about_ == About::presence ? 4 * (weight + share.weight) : weight / 20;
      case Do::serve:
      case Do::request:
      case Do::part:
        return about_ == About::services ? weight + share.weight : weight / 20;
      case Do::send:
      case Do::up:
      case Do::down:
      case Do::dial:
      case Do::wait:
        return weight;
      case Do::handle:
        return about_ == About::services ? weight : weight / 20;
      case Do::cut:
      case Do::notice:
      case Do::crash:
        return weight / 2;
      case Do::reply:
        return about_ == About::services ? weight / 3 : weight / 20;
      case Do::die:
      case Do::close:
        return about_ == About::services ? 2 * (weight + share.weight) : weight / 2;
      default:
        return weight / 20;
    }
  }

  std::uint32_t few() { return random_.one_in(6) ? random_.below(30) : 1 + random_.below(3); }

  std::uint32_t size() {
    if (random_.one_in(60)) return random_.below(5'500);
    return 8 + (random_.one_in(4) ? random_.below(700) : random_.below(80));
  }

  std::uint32_t time() {
    static constexpr std::array<std::uint32_t, 10> kTimes{1, 1, 1, 5, 5, 20, 100, 300, 1'000, 4'000};
    if (random_.one_in(2'000)) return 150'000;
    return kTimes.at(random_.below(kTimes.size()));
  }

  /// A client that is slow takes nothing off the wire and handles nothing for a while.
  void pass_slow(std::uint32_t& client) {
    if (slow_for_ == 0) {
      if (!random_.one_in(300)) return;
      slow_ = random_.below(60);
      slow_for_ = 100 + random_.below(400);
    }
    --slow_for_;
    while (client % 60 == slow_ || client % 5 == slow_ % 5) client = random_.below(60);
  }

  void fill(Action& action) {
    auto& [a, b, c, d] = action.with;
    switch (action.what) {
      case Do::publish:
        b = favourite_ >= 0 && random_.one_in(2) ? static_cast<std::uint32_t>(favourite_)
                                                 : random_.below(kTopics.size());
        c = size();
        d = bursts_ && random_.one_in(8) ? 5 + random_.below(40) : 1 + random_.below(2);
        break;
      case Do::repeat:
      case Do::conflict:
      case Do::unsubscribe:
        b = random_.below(30);
        break;
      case Do::subscribe:
        b = random_.below(kPatterns.size());
        c = random_.below(20);
        d = random_.below(4'000);
        break;
      case Do::handle:
      case Do::down:
        pass_slow(a);
        b = few();
        break;
      case Do::send:
        b = few();
        c = random_.below(2);
        break;
      case Do::up:
        b = few();
        break;
      case Do::cut:
        b = random_.below(4);
        c = random_.below(4);
        d = random_.below(4);
        break;
      case Do::wait:
        a = time();
        break;
      case Do::commit:
      case Do::start:
        b = few();
        break;
      case Do::join:
        b = random_.below(4);
        c = random_.one_in(2) ? random_.below(3) : random_.below(20);
        d = random_.below(4);
        break;
      case Do::leave: {
        const auto which = random_.below(8);
        b = which % 4;
        c = which / 4;
        break;
      }
      case Do::retry:
        b = random_.below(4);
        break;
      case Do::settle:
        b = random_.one_in(2) ? 0 : random_.below(10);
        c = random_.below(12);
        d = random_.one_in(2) ? 0 : random_.below(300);
        break;
      case Do::progress:
        b = random_.below(10);
        break;
      case Do::serve:
        b = random_.below(kServicePatterns.size());
        c = random_.one_in(2) ? 0 : 1 + random_.below(4);
        break;
      case Do::unserve:
      case Do::cancel:
        b = random_.below(30);
        break;
      case Do::request:
        b = random_.below(kServiceTopics.size());
        c = size();
        d = random_.one_in(3) ? 1 + random_.below(500) : 1'000 + random_.below(20'000);
        break;
      case Do::part:
        b = random_.one_in(2) ? 0 : random_.below(10);
        c = size();
        break;
      case Do::reply:
        b = random_.one_in(2) ? 0 : random_.below(10);
        c = random_.below(10);
        d = size();
        break;
      case Do::hold:
        b = random_.below(kPresenceKeys.size());
        break;
      case Do::watch:
        b = random_.below(kPresencePatterns.size());
        break;
      case Do::release:
      case Do::unwatch:
        b = random_.below(6);
        break;
      case Do::answer:
        a = few();
        break;
      case Do::trim:
        b = random_.one_in(3) ? 100 : random_.below(100);
        break;
      case Do::crash:
        a = random_.below(3);
        b = random_.below(4);
        break;
      case Do::power:
        a = random_.below(3);
        b = random_.below(4);
        c = random_.below(6);
        break;
      default:
        break;
    }
  }

  Random random_;
  std::array<std::uint32_t, kShares.size()> sums_{};
  About about_ = About::everything;
  bool bursts_ = false;
  int favourite_ = -1;
  std::uint32_t slow_ = 0;
  std::uint32_t slow_for_ = 0;
};

}  // namespace

Episode make_episode(std::uint64_t seed, std::size_t most) {
  Generator generator(seed);
  const auto length = std::min(most, generator.length());
  Episode episode{.seed = seed, .script = {}};
  episode.script.reserve(length);
  while (episode.script.size() < length) episode.script.push_back(generator.next());
  return episode;
}

std::uint64_t episode_seed(std::uint64_t run, std::uint64_t number) {
  return Random(run * 1'000'003U + number).next() >> 16U;
}

}  // namespace fanfare::simulation
