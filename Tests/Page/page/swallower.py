"""A proxy that loses what passes on a connection without closing it, as a firewall does that has forgotten it."""

import contextlib
import socket
import threading

from service import free_port


class Swallower:
    def __init__(self, port):
        self.upstream, self.port = port, free_port()
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.generation, self.sockets = 0, []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        for each in [self.listener, *self.sockets]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def swallow(self):
        """From now on nothing passes on the connections there are; further ones are as they should be."""
        self.generation += 1

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.upstream))
                self.sockets += [client, server]
                for source, target in [(client, server), (server, client)]:
                    threading.Thread(target=self.pass_on, args=(source, target, self.generation), daemon=True).start()

    def pass_on(self, source, target, generation):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if generation == self.generation:
                    target.sendall(data)
            if generation == self.generation:
                target.shutdown(socket.SHUT_WR)
