"""mosquitto with no bound on what waits for a subscriber: the load bounds it. Nothing is kept on the disk, or
only what mosquitto saves by itself: every half hour, and when it ends."""

from .server import Server, output_of

CONFIGURATION = """
listener {port} 127.0.0.1
allow_anonymous true
persistence {persistence}
persistence_location ./
user root
max_inflight_messages 0
max_queued_messages 0
set_tcp_nodelay true
log_type error
"""


class Mosquitto(Server):
    persistence = "false"

    def command(self):
        (self.folder / "mosquitto.conf").write_text(CONFIGURATION.format(port=self.port, persistence=self.persistence))
        return ["/usr/sbin/mosquitto", "-c", "mosquitto.conf"]

    @classmethod
    def version(cls, _programs):
        return output_of("dpkg-query", "--show", "--showformat", "mosquitto ${Version}", "mosquitto")


class PersistentMosquitto(Mosquitto):
    persistence = "true"
