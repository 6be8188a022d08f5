"""One kept connection of one client."""

import http.client
import time


class Connection:
    """Sends one request after the other, none of them twice, and puts each into the history."""

    # Above the 5 s after which a write that waits for its turn is refused, and above the longest stop of a responder.
    PATIENCE = 10

    def __init__(self, port, client, history):
        self.port, self.client, self.history = port, client, history
        self.http = None

    def send(self, method, target, body=None, submission=None, **fields):
        """`fields` are header fields, their names in Python's spelling."""
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        sent = time.monotonic()
        about = {"client": self.client, "method": method, "target": target, "fields": fields, "sent": sent}
        about["submission"] = submission
        try:
            if self.http is None:
                self.http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.PATIENCE)
            content_type = {"Content-Type": "application/json"} if body is not None else {}
            self.http.request(method, target, body, {**content_type, **fields})
            answer = self.http.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            return self.history.add(**about, ended=time.monotonic(), fault=f"{type(fault).__name__}: {fault}")
        answer_fields = {name.lower(): value for name, value in answer.getheaders()}
        return self.history.add(
            **about, ended=time.monotonic(), status=answer.status, answer_fields=answer_fields, content=content
        )

    def close(self):
        if self.http is not None:
            self.http.close()
            self.http = None
