"""What the machine alone can do: the disk without any server, and libzmq that sends back what comes."""

import platform

from .server import Server, output_of


class Disk(Server):
    """No server: the load writes into the folder itself."""

    @classmethod
    def version(cls, _programs):
        return "Linux " + platform.release()

    def addresses(self):
        return [str(self.folder)]

    def processes(self):
        return []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class ZmqEcho(Server):
    def command(self):
        return [self.programs / "tests/zmq-echo", *self.addresses()]

    @classmethod
    def version(cls, _programs):
        return "libzmq " + output_of("pkg-config", "--modversion", "libzmq")

    def addresses(self):
        return [f"tcp://127.0.0.1:{self.port}"]
