"""Whether a fault would be found."""

import unittest

from metrics import Broken
from metrics.page import Page, check, fallen
from metrics.queries import dashboard_queries, unknown_words

TEXT = """\
# HELP orders_total Orders.
# TYPE orders_total counter
orders_total{a="1",b="x\\"y"} 3
orders_total{a="2",b="z"} 4
# HELP orders_open Open ones.
# TYPE orders_open gauge
orders_open 5
# HELP orders_seconds Their time.
# TYPE orders_seconds histogram
orders_seconds_bucket{le="1"} 1
orders_seconds_bucket{le="+Inf"} 2
orders_seconds_sum 3.5
orders_seconds_count 2
# HELP orders_process_total By process.
# TYPE orders_process_total counter
orders_process_total{process="0"} 2
orders_process_total{process="1"} 2
"""


class Pages(unittest.TestCase):
    def test_are_read(self):
        page = Page(TEXT)
        self.assertEqual(page.sum("orders_total"), 7)
        self.assertEqual(page.sum("orders_total", a="2"), 4)
        self.assertEqual(page.labelled("orders_total", "a"), {("1",): 3, ("2",): 4})
        self.assertIn("orders_seconds_bucket", page.names())
        self.assertNotIn("orders_seconds", page.names())

    def test_that_are_none_are_refused(self):
        for line in ("orders_total{a=1} x y", "orders_open 5", "{} 3"):
            with self.assertRaises((Broken, ValueError)):
                Page(TEXT + line + "\n")


class Totals(unittest.TestCase):
    def test_that_rise_or_stay_are_fine(self):
        self.assertEqual(fallen(Page(TEXT), Page(TEXT)), [])
        self.assertEqual(fallen(Page(TEXT), Page(TEXT.replace(" 3\n", " 4\n").replace("open 5", "open 0"))), [])

    def test_that_fall_are_found(self):
        for old, new in [
            ('b="z"} 4', 'b="z"} 3'), ('le="1"} 1', 'le="1"} 0'), ("sum 3.5", "sum 3.4"), ("count 2", "count 1"),
            ('process="1"} 2', 'process="1"} 1'),
        ]:
            self.assertEqual(len(fallen(Page(TEXT), Page(TEXT.replace(old, new)))), 1, new)

    def test_that_are_gone_are_found_but_for_those_of_a_process(self):
        self.assertEqual(len(fallen(Page(TEXT), Page(TEXT.replace('orders_total{a="2",b="z"} 4\n', "")))), 1)
        self.assertEqual(fallen(Page(TEXT), Page(TEXT.replace('orders_process_total{process="1"} 2\n', ""))), [])


class Promtool(unittest.TestCase):
    def test_is_heard(self):
        check(TEXT)
        for text in ("orders_total 3\n", TEXT.replace("orders_open", "orders_open_total"), "orders_total{ 3\n"):
            with self.assertRaises(Broken):
                check(text)


class Queries(unittest.TestCase):
    def test_name_what_there_is(self):
        names = Page(TEXT).names()
        self.assertEqual(unknown_words("sum(rate(orders_total[5s])) / orders_open", names), [])
        self.assertEqual(unknown_words("rate(orders_seconds[5s]) + orders_tota", names), ["orders_seconds", "orders_tota"])

    def test_of_the_dashboard_are_found(self):
        texts = [text for _, text in dashboard_queries()]
        self.assertTrue(any("orders_http_requests_total" in text for text in texts))
        self.assertFalse(any("$" in text for text in texts))


if __name__ == "__main__":
    unittest.main()
