"""rabbitmq-server with nothing of the machine's: its node name, ports, folder, cookie and epmd are its own."""

import os
import subprocess

from .placing import place
from .server import Server, free_port, output_of

CONFIGURATION = """
listeners.tcp.1 = 127.0.0.1:{port}
log.file.level = warning
"""


class RabbitServer(Server):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.names = None  # epmd, which knows where nodes of Erlang are
        names_port, node_port = free_port(), free_port()
        self.environment = {
            "HOME": str(self.folder),  # of the cookie
            "ERL_EPMD_PORT": str(names_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": str(self.folder / "crash"),
            "RABBITMQ_NODENAME": "bench@localhost", "RABBITMQ_DIST_PORT": str(node_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null", "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(self.folder / "feature_flags"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"), "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RUNNING_UNDER_SYSTEMD": "1",  # no shell stays in front of it
        }

    def command(self):
        (self.folder / "rabbitmq.conf").write_text(CONFIGURATION.format(port=self.port))
        (self.folder / "plugins").write_text("[].\n")
        return ["/usr/lib/rabbitmq/bin/rabbitmq-server"]

    @classmethod
    def version(cls, _programs):
        return output_of("dpkg-query", "--show", "--showformat", "rabbitmq-server ${Version}", "rabbitmq-server")

    def __enter__(self):
        self.names = subprocess.Popen(
            ["epmd", "-address", "127.0.0.1", "-port", self.environment["ERL_EPMD_PORT"]], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **self.environment},
            start_new_session=True, preexec_fn=lambda: place(self.core, self.priority))
        return super().__enter__()

    def __exit__(self, *what):
        try:
            super().__exit__(*what)
        finally:
            self.names.kill()
            self.names.wait()
