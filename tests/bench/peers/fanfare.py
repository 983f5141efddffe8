"""fanfare-broker, alone: over TCP on loopback, like everybody here."""

from .server import Server, output_of

# What is published below `stored` is acknowledged when it is synced; all else is ephemeral.
CONFIGURATION = """
broker: {{listen: "{address}"}}
data_dir: ./data
streams:
  bench: {{topics: ["stored.>"], durability: fsync}}
"""


class FanfareBroker(Server):
    def command(self):
        (self.folder / "fanfare.yaml").write_text(CONFIGURATION.format(address=self.addresses()[0]))
        return [self.programs / "bin/fanfare-broker", "--config", "fanfare.yaml"]

    @classmethod
    def version(cls, programs):
        return output_of(programs / "bin/fanfare-broker", "--version")

    def addresses(self):
        return [f"tcp://127.0.0.1:{self.port}"]
