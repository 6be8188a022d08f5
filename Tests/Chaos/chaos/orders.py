"""What the clients want, and which orders they have heard of."""

import dataclasses
import threading


@dataclasses.dataclass(frozen=True)
class Submission:
    """One order that a client wants, once. Its name is its first product, so that a list tells whose it is."""

    name: str
    products: tuple
    amount: str
    key: str | None = None

    collection = "orders"

    @property
    def entry(self):
        """What a list has to say of it."""
        return {"products": list(self.products), "amount": self.amount}

    def result(self, order):
        """The one that it can have."""
        return b'{"id":%d,' % order + self.body[1:]

    @property
    def failure(self):
        """The code of the failure of its own that it always has; None where it can be complete."""
        return None

    @property
    def body(self):
        """As JSON, the amount to the digit."""
        products = ",".join(f'"{product}"' for product in self.products)
        return f'{{"products":[{products}],"amount":{self.amount}}}'.encode()

    @classmethod
    def random(cls, name, random, key=None):
        """Short work mostly, some of it long."""
        count = random.randint(1, 20) if random.random() < 0.9 else random.randint(21, 97)
        products = (name, *(f"product {random.randint(1, 999)}" for _ in range(count - 1)))
        return cls(name, products, f"{random.randint(0, 9999)}.{random.randint(0, 99):02}", key)


def collection(entry):
    """That of an entry of a list."""
    return "naps" if "name" in entry else "orders"


def named(entry):
    """The name of the submission that an entry of a list is of."""
    return entry["name"] if collection(entry) == "naps" else entry["products"][0]


class Book:
    """Every submission, and the path of every order and nap that some client knows to exist. For all clients together."""

    RECENT = 60

    def __init__(self, limit):
        self.limit = limit
        self.submissions = {}
        self.known = []
        self.lock = threading.Lock()

    def enter(self, submission):
        """False where there are as many orders as one run may have."""
        with self.lock:
            if len(self.submissions) >= self.limit:
                return False
            self.submissions[submission.name] = submission
            return True

    def learn(self, path):
        with self.lock:
            self.known.append(path)

    def some(self, random):
        """The path of an order or a nap that a client asks about: more often than not a young one. None before there is
        any."""
        with self.lock:
            if not self.known:
                return None
            if random.random() < 0.8:
                return self.known[-random.randint(1, min(self.RECENT, len(self.known)))]
            return random.choice(self.known)
