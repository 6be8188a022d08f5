"""Streams in which nothing happens."""

import time

from events.follower import HEARTBEAT
from events.orders import Orders
from events.raw import RawStream
from events.responders import PROCESSES, wait_until
from service import product

STREAMS = 200


def quiet(folder, say, _):
    """The first line comes at once, a comment every 15 s, and clients that hang up leave nothing."""
    with product(folder, "quiet", PROCESSES, ["--jobs", "0"]) as service:
        order, broken = Orders(service.port).post(1), []
        targets = [f"/orders/{order}/events", "/orders/events", "/orders/events/", "/orders/events?status=failed"]
        begin = time.monotonic()
        streams = [RawStream(service.port, target) for target in targets]
        for stream, target in zip(streams, targets):
            text = stream.text(lambda text: "\n" in text, 2)
            if stream.status != 200 or not stream.fields["content-type"].startswith("text/event-stream"):
                broken.append(f"{target} was answered {stream.status} {stream.fields}")
            if not text.startswith("retry: "):
                broken.append(f"{target} begins with {text!r}")
        time.sleep(0.5)
        for stream in streams:
            stream.text(lambda text: True, 0)  # the rest of the beginning
        for stream, target in zip(streams, targets):
            said = stream.text(lambda text: ":" in text, begin + HEARTBEAT + 3 - time.monotonic())
            after = time.monotonic() - begin
            if not said.startswith(":") or "data" in said or not HEARTBEAT - 2 < after < HEARTBEAT + 3:
                broken.append(f"{target}: {said!r} after {after:.1f} s")
        say("heartbeats came")

        before = service.connections()
        many = [RawStream(service.port, target) for _ in range(STREAMS // 2) for target in targets[:2]]
        if service.connections() < before + STREAMS - 10:
            broken.append("streams don't take a connection each")
        begin = time.monotonic()
        for stream in [*many, *streams]:
            stream.close()
        # nginx keeps what plain requests used.
        wait_until(lambda: service.connections() <= max(0, before - len(streams)), "streams stay after hang-ups", 10)
        say(f"{STREAMS} streams were gone {time.monotonic() - begin:.2f} s after their clients hung up")
        return broken
