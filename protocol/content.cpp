#include "protocol/content.hpp"

namespace fanfare::protocol {

void append_content(std::string& out, const Content& content) {
  Writer writer(out);
  if (content.id) writer(*content.id);
  out.append(content.actor).append(content.headers).append(content.payload);
}

}  // namespace fanfare::protocol
