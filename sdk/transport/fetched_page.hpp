#pragma once
// A page of stored messages as fetch() returns it. Its messages share one copy of the page's bytes, so that a page that
// is kept keeps no frame. A pure function; the I/O thread.

#include <fanfare/options.hpp>

#include "sdk/session/events.hpp"

namespace fanfare::transport {

[[nodiscard]] Fetched make_fetched(session::PageFetched&& page);

}  // namespace fanfare::transport
