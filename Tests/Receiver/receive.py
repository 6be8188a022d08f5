"""A receiver of callbacks, for the tests: verifies each request with the reference library of Standard Webhooks, notes it
as a line of JSON, and answers by its path.

usage: receive.py PORT FILE SECRET     (0: a free port; the first line on standard output is the port)

/fail/N answers 500 to the first N requests with an id, then 204; /hang answers the first one with an id after a minute;
/redirect leads to /elsewhere; /gone is 410; anything else is 204.
"""

import collections
import http.server
import json
import sys
import threading
import time

import standardwebhooks

lock = threading.Lock()
seen = collections.Counter()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self.server.webhook.verify(body, dict(self.headers))
            verified = True
        except Exception as error:
            verified = repr(error)
        message = self.headers["webhook-id"]
        path = self.path.partition("?")[0]
        with lock:
            seen[message] += 1
            number = seen[message]
        status = self.choose(path, number)
        self.note(path, message, status, verified, body)
        if path == "/hang" and number == 1:
            time.sleep(60)
        self.send_response(status)
        if status == 307:
            self.send_header("Location", "/elsewhere")
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def choose(self, path, number):
        if path.startswith("/fail/"):
            return 500 if number <= int(path.removeprefix("/fail/")) else 204
        return {"/redirect": 307, "/gone": 410}.get(path, 204)

    def note(self, path, message, status, verified, body):
        line = json.dumps(
            {
                "path": path,
                "id": message,
                "status": status,
                "verified": verified,
                "agent": self.headers["User-Agent"],
                "type": self.headers["Content-Type"],
                "body": json.loads(body),
            }
        )
        with lock:
            self.server.notes.write(line + "\n")
            self.server.notes.flush()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def process_request(self, request, address):
        # Whoever connects is noted, whatever comes then.
        with lock:
            self.notes.write('{"connected":true}\n')
            self.notes.flush()
        super().process_request(request, address)


def main():
    port, file, secret = sys.argv[1:]
    server = Server(("127.0.0.1", int(port)), Receiver)
    server.webhook = standardwebhooks.Webhook(secret)
    server.notes = open(file, "a")
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
