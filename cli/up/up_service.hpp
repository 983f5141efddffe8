#pragma once
// `fanfare up`: holds the data directory, starts the components, keeps them running, follows the configuration and
// `fanfare scale`, and tells about them on $sys.supervisor. Owned by run_service(), which drives it; requests come on
// the client's thread.

#include <fanfare/client.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/up/components.hpp"
#include "cli/up/line_printer.hpp"
#include "cli/up/scaling.hpp"
#include "cli/up/selection.hpp"
#include "runtime/data_dir/data_dir.hpp"
#include "runtime/service/service.hpp"
#include "runtime/supervisor/supervisor.hpp"

namespace fanfare::cli {

class UpService final : public runtime::Service {
 public:
  /// `command_word` is how the user calls this program.
  UpService(const runtime::ServiceContext& context, Selection selection, std::string command_word);
  ~UpService() override;

  /// How long drain() may take: what the components may, one after the other, and a little more.
  static std::chrono::milliseconds drain_limit(const runtime::Config& config);

  runtime::Result<void> start(std::stop_token stop) override;
  void reload(const runtime::Config& config) override;
  void drain(std::chrono::steady_clock::time_point deadline) override;

 private:
  [[nodiscard]] std::vector<Component> components(const runtime::Config& config) const;
  runtime::Result<void> start_components(const std::stop_token& stop);
  void serve_requests();
  [[nodiscard]] Reply answer(const Request& request);
  [[nodiscard]] runtime::Result<Scaled> scale(const Replicas& replicas);
  Scaled run(const runtime::Config& config);
  void announce() const;

  const runtime::ServiceContext context_;
  const Selection selection_;
  const std::string command_word_;
  LinePrinter printer_;
  std::optional<runtime::DataDir> data_dir_;
  std::mutex changing_;     // one change of what runs at a time; guards the two below
  runtime::Config config_;  // as the file says
  Replicas replicas_;       // asked for since; count until the file is read again
  std::optional<runtime::Supervisor> supervisor_;
  std::optional<Client> client_;
  std::optional<fanfare::Service> requests_;
};

}  // namespace fanfare::cli
