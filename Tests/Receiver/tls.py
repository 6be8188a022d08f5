"""TLS in front of a plain server of 127.0.0.1, for the tests: passes on what comes, both ways.

usage: tls.py PORT CERTIFICATE KEY NAME     (the first line on standard output is its own port)

A client that asks for another server name than NAME is hung up on.
"""

import socket
import ssl
import sys
import threading


def pass_on(source, sink):
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(connection, context, port):
    try:
        secure = context.wrap_socket(connection, server_side=True)
    except OSError:
        connection.close()
        return
    plain = socket.create_connection(("127.0.0.1", port))
    threading.Thread(target=pass_on, args=(plain, secure), daemon=True).start()
    pass_on(secure, plain)


def main():
    port, certificate, key, name = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _, asked, __: None if asked == name else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, context, int(port)), daemon=True).start()


main()
