"""nats-server as Debian has it, with its defaults; JetStream with its files in the folder."""

from .server import Server, output_of


class NatsServer(Server):
    def command(self):
        return ["nats-server", "--addr", "127.0.0.1", "--port", str(self.port)]

    @classmethod
    def version(cls, _programs):
        return output_of("nats-server", "--version").replace("nats-server: v", "nats-server ")


class JetStream(NatsServer):
    def command(self):
        (self.folder / "nats.conf").write_text('jetstream {store_dir: "./store"}\n')
        return [*super().command(), "--config", "nats.conf"]
