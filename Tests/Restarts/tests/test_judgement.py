"""Each fault that a run can have is found."""

import json
import unittest

from restarts.exchange import Exchange
from restarts.judgement import ended_otherwise, misplaced, unexplained, wrong_answers


def posted(order, token, status=202, **fields):
    return Exchange("post with key", 1, None, token, status, fields, json.dumps({"id": order}).encode(), 2)


def polled(order, status="complete", attempt=1):
    document = {"id": order, "status": status, "done": status == "complete", "attempt": attempt}
    return Exchange("poll", 1, order, None, 200, {}, json.dumps(document, separators=(",", ":")).encode(), 2)


class Judgements(unittest.TestCase):
    def found(self, faults):
        return len(list(faults))

    def test_a_good_run(self):
        exchanges = [posted(1, "a"), posted(2, "b"), polled(1, "running"), polled(1)]
        self.assertEqual(self.found(wrong_answers(exchanges)), 0)
        self.assertEqual(self.found(misplaced(exchanges, [(1, "a", "complete"), (2, "b", "complete")])), 0)
        self.assertEqual(self.found(ended_otherwise(exchanges, {1: polled(1).body, 2: polled(2).body})), 0)
        self.assertEqual(self.found(unexplained(exchanges, [])), 0)

    def test_an_answer_that_is_not_allowed(self):
        for kind, status in [("poll", 502), ("poll", 304), ("post", 503), ("post", 201), ("result", 404)]:
            self.assertEqual(self.found(wrong_answers([Exchange(kind, 1, status=status)])), 1, (kind, status))

    def test_an_answer_that_got_lost(self):
        again = posted(1, "a", **{"idempotent-replayed": "true"})
        again.was_resent = True
        self.assertEqual(self.found(wrong_answers([again])), 1)

    def test_no_answer_but_by_a_reload(self):
        silent = Exchange("poll", 10)
        self.assertEqual(self.found(unexplained([silent], [9.5])), 0)
        self.assertEqual(self.found(unexplained([silent], [])), 1)
        self.assertEqual(self.found(unexplained([silent], [10.5, 7])), 1)

    def test_orders_lost_doubled_unasked_for_and_unended(self):
        accepted = [posted(1, "a"), posted(2, "b")]
        there = [(1, "a", "complete"), (2, "b", "complete")]
        self.assertEqual(self.found(misplaced(accepted, there[:1])), 1)
        self.assertEqual(self.found(misplaced(accepted, [*there, (3, "c", "complete")])), 1)
        self.assertEqual(self.found(misplaced(accepted, [*there, (3, "a", "complete")])), 2)
        self.assertEqual(self.found(misplaced(accepted, [there[0], (2, "b", "running")])), 1)
        self.assertEqual(self.found(misplaced([*accepted, posted(2, "c")], there)), 1)

    def test_an_end_that_changed_or_was_charged(self):
        self.assertEqual(self.found(ended_otherwise([polled(1)], {1: polled(1, attempt=2).body})), 2)
        self.assertEqual(self.found(ended_otherwise([], {1: polled(1, attempt=2).body})), 1)


if __name__ == "__main__":
    unittest.main()
