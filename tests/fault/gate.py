"""A TCP gate between two programs, to be cut at any moment: it passes bytes on until cut() breaks all connections."""

import select
import socket
import threading


class Gate:
    def __init__(self, port):
        """In front of `port` of this machine; `self.port` is its own."""
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.pairs = set()  # guarded by lock
        self.passed = 0     # bytes; only ever grows
        self.cuts = 0
        self.closed = False
        self.acceptor = threading.Thread(target=self._accept)
        self.acceptor.start()
        self.carriers = []

    def _accept(self):
        while not self.closed:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                near.close()
                continue
            with self.lock:
                self.pairs.add((near, far))
            carrier = threading.Thread(target=self._carry, args=(near, far))
            carrier.start()
            self.carriers.append(carrier)

    def _carry(self, near, far):
        other = {near: far, far: near}
        try:
            while True:
                for one in select.select([near, far], [], [], 60)[0]:
                    piece = one.recv(65536)
                    if not piece:
                        return
                    other[one].sendall(piece)
                    self.passed += len(piece)
        except (OSError, ValueError):
            return
        finally:
            with self.lock:
                self.pairs.discard((near, far))
            near.close()
            far.close()

    def cut(self):
        """Breaks what is connected now; what comes anew passes."""
        with self.lock:
            for pair in self.pairs:
                for one in pair:
                    try:
                        one.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass  # its carrier has closed it just now
        self.cuts += 1

    def close(self):
        self.closed = True
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.acceptor.join()
        self.cut()
        for carrier in self.carriers:
            carrier.join()
