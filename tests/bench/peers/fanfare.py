"""fanfare-broker, alone: over TCP on loopback, like everybody here."""

from .server import Server, output_of


class FanfareBroker(Server):
    def command(self):
        (self.folder / "fanfare.yaml").write_text(f'broker: {{listen: "{self.addresses()[0]}"}}\ndata_dir: ./data\n')
        return [self.programs / "bin/fanfare-broker", "--config", "fanfare.yaml"]

    @classmethod
    def version(cls, programs):
        return output_of(programs / "bin/fanfare-broker", "--version")

    def addresses(self):
        return [f"tcp://127.0.0.1:{self.port}"]
