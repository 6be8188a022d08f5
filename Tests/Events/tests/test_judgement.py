"""Each fault that a stream can have is found."""

import unittest

from events.event import Event
from events.judgement import faults, missing


def event(change, order, status="running", percent=0, store="s"):
    return Event(store, change, {"id": order, "status": status, "progress": {"percent": percent}})


GOOD = [event(1, 1, "started"), event(3, 1, percent=20), event(4, 2), event(7, 1, "complete", 100), event(9, 2)]


class Judgements(unittest.TestCase):
    def test_a_good_stream(self):
        self.assertEqual(list(faults(GOOD)), [])
        self.assertEqual(list(missing(GOOD, {1: GOOD[3].document})), [])

    def test_an_event_twice(self):
        self.assertEqual(len(list(faults(GOOD[:3] + GOOD[2:]))), 1)

    def test_an_event_out_of_order(self):
        self.assertEqual(len(list(faults([GOOD[0], GOOD[2], GOOD[1], *GOOD[3:]]))), 1)

    def test_another_store(self):
        self.assertEqual(len(list(faults([*GOOD, event(10, 2, store="t")]))), 1)

    def test_progress_that_falls(self):
        self.assertEqual(len(list(faults([*GOOD[:2], event(5, 1, percent=19)]))), 1)

    def test_an_event_after_the_end(self):
        self.assertEqual(len(list(faults([*GOOD, event(10, 1, "complete", 100)]))), 1)

    def test_an_end_that_is_missing_or_other(self):
        self.assertEqual(len(list(missing(GOOD, {1: GOOD[3].document, 2: event(9, 2, "cancelled").document}))), 1)
        self.assertEqual(len(list(missing(GOOD, {1: event(7, 1, "failed").document}))), 1)


if __name__ == "__main__":
    unittest.main()
