"""A client that openapi-python-client makes from the description, and a conversation of that client with the service."""

import importlib
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
GENERATOR = pathlib.Path(sys.executable).with_name("openapi-python-client")
PACKAGE = "orders_client"


class Differs(Exception):
    """What the generated client found otherwise than the description says."""


def generate(description: pathlib.Path, folder: pathlib.Path):
    """Writes the package into `folder`, from where it can be imported. Anything the generator leaves out is an error."""
    command = [
        GENERATOR, "generate", f"--path={description}", f"--output-path={folder / PACKAGE}", "--meta=none",
        f"--config={HERE}/generator.yaml", "--fail-on-warning",
    ]
    subprocess.run(list(map(str, command)), check=True, timeout=60)
    sys.path.insert(0, str(folder))


def converse(port: int):
    """Submits, polls, cancels and follows orders; their work must take a moment."""
    api = {
        name: importlib.import_module(f"{PACKAGE}.api.orders.{name}_order")
        for name in ["submit", "status", "result", "cancel", "read", "list", "events"]
    }
    order = importlib.import_module(f"{PACKAGE}.models").OrderInput(products=["y", "z"], amount=250)
    client = importlib.import_module(PACKAGE).Client(f"http://127.0.0.1:{port}", raise_on_unexpected_status=True)
    with client:
        first, second = (api["submit"].sync(client=client, body=order).id for _ in range(2))

        answer = api["cancel"].sync_detailed(second, client=client)
        demand(answer.status_code == 204, f"a cancel is answered {answer.status_code}")
        demand(api["status"].sync(second, client=client).status == "cancelled", "a cancelled order is not cancelled")

        follow(client, api["events"], first)
        status = api["status"].sync(first, client=client, prefer="wait=30")
        demand(status.done and status.status == "complete" and status.progress.percent == 100, f"it ended as {status}")
        result = api["result"].sync(first, client=client)
        demand((result.products, result.amount) == (order.products, order.amount), f"the result is {result}")
        refusal = api["cancel"].sync(first, client=client)
        demand(refusal.code == "order-already-finished", f"a late cancel is answered {refusal}")

        demand(api["read"].sync(first, client=client).status == "complete", "an order and its status differ")
        orders = api["list"].sync(client=client).orders
        demand([order.id for order in orders] == [first, second], f"the list is {orders}")


def follow(client, events, order: int):
    """The generator knows no streams: its function for one must not take the whole for a document, and the request that
    it makes can be streamed."""
    with client.get_httpx_client().stream(**events._get_kwargs(order)) as stream:
        lines = [line for line in stream.iter_lines() if line.startswith("data:")]
    demand(len(lines) > 2 and '"status":"complete"' in lines[-1], f"the stream is {lines}")
    whole = events.sync_detailed(order, client=client)
    demand(whole.status_code == 200 and whole.parsed is None, f"a stream is taken for {whole.parsed}")


def demand(holds: bool, otherwise: str):
    if not holds:
        raise Differs(otherwise)
