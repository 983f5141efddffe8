"""redis-server without anything kept on the disk, or with a log that is synced before it answers. Its subscribers may lag
as far as the load lets them, as everybody's."""

from .server import Server, output_of


class RedisServer(Server):
    def command(self):
        return ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no",
                "--client-output-buffer-limit", "pubsub 0 0 0"]

    @classmethod
    def version(cls, _programs):
        return "redis-server " + output_of("redis-server", "--version").partition("v=")[2].partition(" ")[0]


class SyncedRedis(RedisServer):
    def command(self):
        return ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "yes",
                "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"]
