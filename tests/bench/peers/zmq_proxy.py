"""A bare zmq_proxy: libzmq and nothing else."""

from .server import Server, free_port, output_of


class ZmqProxy(Server):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.backend = free_port()

    def command(self):
        return [self.programs / "tests/zmq-proxy", *self.addresses()]

    @classmethod
    def version(cls, _programs):
        return "libzmq " + output_of("pkg-config", "--modversion", "libzmq")

    def addresses(self):
        return [f"tcp://127.0.0.1:{port}" for port in (self.port, self.backend)]
