#include "workers/common/new_id.hpp"

#include "runtime/crypto/random.hpp"

namespace fanfare::workers::common {

Uuid new_id(TimePoint now) {
  return Uuid::version7(static_cast<std::uint64_t>(now.time_since_epoch().count()),
                        runtime::crypto::random_bytes<16>());
}

}  // namespace fanfare::workers::common
