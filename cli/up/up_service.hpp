#pragma once
// `fanfare up`: holds the data directory, starts the components, keeps them running and tells about them on
// $sys.supervisor. Owned by run_service(), which drives it.

#include <fanfare/client.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/up/components.hpp"
#include "runtime/data_dir/data_dir.hpp"
#include "runtime/service/service.hpp"
#include "runtime/supervisor/supervisor.hpp"

namespace fanfare::cli {

class UpService final : public runtime::Service {
 public:
  /// `command_word` is how the user calls this program.
  UpService(const runtime::ServiceContext& context, std::string command_word);
  ~UpService() override;

  /// How long drain() may take: what the components may, one after the other, and a little more.
  static std::chrono::milliseconds drain_limit(const runtime::Config& config);

  runtime::Result<void> start(std::stop_token stop) override;
  void reload(const runtime::Config& config) override;
  void drain(std::chrono::steady_clock::time_point deadline) override;

 private:
  runtime::Result<void> start_components(const std::stop_token& stop);
  void print_line(std::string_view component, std::string_view line);
  bool is_plugin(std::string_view component) const;
  std::string last_lines() const;
  void serve_status();
  void announce() const;

  const runtime::ServiceContext context_;
  const std::string command_word_;
  const std::vector<Component> components_;
  std::optional<runtime::DataDir> data_dir_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> last_line_;  // by component, guarded by mutex_
  std::optional<runtime::Supervisor> supervisor_;
  std::optional<Client> client_;
  std::optional<fanfare::Service> status_;
};

}  // namespace fanfare::cli
