"""Orders by the thousand, without wrk."""

import concurrent.futures
import json

from service import ORDER, Client, Void

PIPELINED = 50
POST = (
    "POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    f"Content-Type: application/json\r\nContent-Length: {len(ORDER)}\r\n\r\n"
    + ORDER
).encode()


def post_orders(service, count, clients=32):
    """The ids of `count` new orders, rising."""

    def post(number):
        client, ids = Client(service.port), []
        left = count // clients + (number < count % clients)
        while left:
            group = min(left, PIPELINED)
            client.socket.sendall(POST * group)
            for _ in range(group):
                status, _, body = client.receive_answer()
                if status != 202:
                    raise Void(f"a POST was answered {status}: {body}")
                ids.append(json.loads(body)["id"])
            left -= group
        return ids

    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        return sorted(order for ids in pool.map(post, range(clients)) for order in ids)
