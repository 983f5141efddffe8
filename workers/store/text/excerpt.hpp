#pragma once
// What is shown of a text in which words were found: a piece of it around them, parted into hits and the rest. The same
// for every adapter. Pure function; any thread. Promise: put together, and without the ellipses, it is a piece of the
// text, not longer than about two hundred characters.

#include <string_view>
#include <vector>

#include "workers/store/message_store.hpp"

namespace fanfare::workers::store {

/// All words of `query` are hits, wherever they are; the last one also where it is the beginning of a word.
[[nodiscard]] std::vector<Fragment> make_excerpt(std::string_view text, std::string_view query);

}  // namespace fanfare::workers::store
