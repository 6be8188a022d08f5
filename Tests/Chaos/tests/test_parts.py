"""The schedule, the journal, the figures, and what the checker is made of."""

import pathlib
import unittest

from runs import STORE, Run, with_other

from chaos.checker import INVARIANTS
from chaos.evidence import Observation, preceding
from chaos.figures import Spans, percentile
from chaos.history import Deed, Exchange
from chaos.journal import Journal
from chaos.schedule import KINDS, schedule

HERE = pathlib.Path(__file__).resolve().parent


class Schedules(unittest.TestCase):
    def kinds(self, seed, seconds):
        return [step.kind for line in schedule(seed, seconds).values() for step in line]

    def test_the_seed_decides_everything(self):
        self.assertEqual(schedule(7, 60), schedule(7, 60))
        self.assertNotEqual(schedule(7, 60), schedule(8, 60))

    def test_half_a_minute_has_everything(self):
        for seed in range(50):
            self.assertEqual(set(self.kinds(seed, 30)), set(KINDS))

    def test_ten_minutes_have_200_kills_and_20_full_disks(self):
        for seed in range(20):
            kinds = self.kinds(seed, 600)
            self.assertGreaterEqual(kinds.count("kill") + 4 * kinds.count("kill-all"), 200)
            self.assertGreaterEqual(kinds.count("fill-disk"), 20)
            self.assertGreaterEqual(kinds.count("fill-disk-and-press"), 20)

    def test_steps_of_a_line_come_one_after_the_other_and_in_time(self):
        for seed in range(50):
            for line in schedule(seed, 100).values():
                for earlier, later in zip(line, line[1:]):
                    self.assertLessEqual(earlier.at + earlier.seconds, later.at)
                self.assertLessEqual(line[-1].at + line[-1].seconds, 100)

    def test_too_short_a_run_is_refused(self):
        self.assertRaises(ValueError, schedule, 1, 29)


BEGINS = (
    "2026-11-24T12:00:00+0000 debug orders: attempt=1 epoch=1 job=3 pid=4711 uptime=123456789 [Jobs] work begins"
)
ENDS = (
    "2026-11-24T12:00:01+0000 debug orders: attempt=2 end=interrupted epoch=5 job=3 pid=4712 uptime=223456789 "
    "[Jobs] work ends"
)
SERVING = (
    "2026-11-24T12:54:35+0000 notice orders: engine=sqlite 3.40.1 jobs=8 pid=6575 store=/a b/pid=1 x/orders.sqlite "
    "version=0.1.0 [JobService] serving"
)


class Journals(unittest.TestCase):
    def test_a_beginning(self):
        [work] = Journal.parse([BEGINS + "\n"]).begins
        self.assertEqual((work.job, work.epoch, work.attempt, work.process), (3, 1, 1, 4711))
        self.assertAlmostEqual(work.time, 123.456789)
        self.assertIsNone(work.end)

    def test_an_end(self):
        [work] = Journal.parse([ENDS]).ends
        self.assertEqual((work.job, work.epoch, work.attempt, work.process, work.end), (3, 5, 2, 4712, "interrupted"))

    def test_who_serves_and_served(self):
        served = "2026-11-24T12:54:42+0000 notice orders: pid=6575 [JobService] served"
        journal = Journal.parse([SERVING, served])
        self.assertEqual((journal.serving, journal.served), ({6575}, {6575}))

    def test_other_lines_tell_nothing(self):
        other = "2026-11-24T12:54:42+0000 debug orders: [ServiceLifecycle] Service lifecycle ended"
        self.assertEqual(Journal.parse(["ready: http://127.0.0.1:1/", "Child[0] died, respawn", other, ""]), Journal())

    def test_a_crash(self):
        line = "Orders/API.swift:12: Fatal error: Index out of range"
        self.assertEqual(Journal.parse([line]).crashes, [line])

    def test_a_line_of_another_form_is_an_error(self):
        self.assertRaises(ValueError, Journal.parse, [BEGINS.replace("epoch=1 ", "")])
        self.assertRaises(ValueError, Journal.parse, [ENDS.replace("end=interrupted ", "")])


class Exchanges(unittest.TestCase):
    def exchange(self, method, target, **about):
        return Exchange(1, "client", method, target, 0, 1, **about)

    def test_kinds(self):
        cases = {
            ("POST", "/orders"): ("submit", None), ("GET", "/orders?limit=1"): ("list", None),
            ("GET", "/orders/12"): ("read", 12), ("GET", "/orders/12/status"): ("status", 12),
            ("DELETE", "/orders/3/cancel"): ("cancel", 3), ("GET", "/orders/3/result"): ("result", 3),
            ("GET", "/healthz"): ("other", None), ("POST", "/naps"): ("submit", None), ("GET", "/naps/4/log"): ("log", 4),
        }
        for (method, target), expected in cases.items():
            exchange = self.exchange(method, target)
            self.assertEqual((exchange.kind, exchange.order), expected)

    def test_reasons_are_without_the_noun_of_their_collection(self):
        for target, code, reason in (
            ("/orders/1/result", "order-failed", "failed"), ("/naps/1/result", "nap-failed", "failed"),
            ("/naps/1/result", "order-failed", "order-failed"), ("/naps", "busy", "busy"),
        ):
            self.assertEqual(self.exchange("GET", target, content=b'{"code":"%s"}' % code.encode()).reason, reason)

    def test_tags(self):
        def tag(text):
            return self.exchange("GET", "/orders", answer_fields={"etag": text}).tag

        self.assertEqual(tag(f'"{STORE}-17"'), (STORE, 17))
        for text in (f'W/"{STORE}-17"', f'"{STORE}-"', "", f'"{STORE}-17.2"'):
            self.assertIsNone(tag(text))

    def test_amounts_are_text(self):
        self.assertEqual(self.exchange("GET", "/orders/1", content=b'{"amount":10.50}').document, {"amount": "10.50"})
        self.assertIsNone(self.exchange("GET", "/orders/1", content=b"<html>").document)

    def test_only_what_had_arrived_precedes(self):
        base = self.exchange("GET", "/orders/1")
        numbers = iter(range(1, 10))

        def observation(sent, ended):
            exchange = with_other(base, sent=sent, ended=ended)
            return Observation(exchange, frozenset(), change=next(numbers))

        first, overlapping, later = observation(0, 2), observation(1, 5), observation(3, 4)
        pairs = list(preceding([later, overlapping, first], lambda o: o.change))
        self.assertEqual(pairs, [(first, later)])


class Figures(unittest.TestCase):
    def test_percentiles_are_nearest_ranks(self):
        values = list(range(1, 101))
        self.assertEqual([percentile(values, share) for share in (0.5, 0.9, 0.99, 1)], [50, 90, 99, 100])
        self.assertEqual(percentile([7], 0.5), 7)

    def test_calm_is_far_from_every_deed(self):
        kill = Deed("kill", 10, 10)
        spans = Spans([kill, Deed("stop", 20, 23)])
        for begin in (5, 9.9, 10.5, 15, 19.5, 22, 23.5, 25):
            spans.add(begin, begin + 1)
        self.assertEqual((len(spans.every), len(spans.calm)), (8, 3))
        spans.add(10, 11, but=kill)
        self.assertEqual(len(spans.calm), 4)


class Invariants(unittest.TestCase):
    def test_each_is_explained_in_the_readme(self):
        text = (HERE.parent / "README.md").read_text()
        for invariant in INVARIANTS:
            self.assertIn(f"`{invariant.title}`", text)
            self.assertTrue(invariant.sentence)

    def test_each_is_tested_with_something_broken(self):
        text = "".join(file.read_text() for file in HERE.glob("test_*.py"))
        for invariant in INVARIANTS:
            self.assertIn(f'"{invariant.title}"', text)

    def test_a_judgement_changes_nothing(self):
        run = Run()
        run.complete_order(1, "one")
        evidence = run.evidence()
        before = [repr(exchange) for exchange in evidence.exchanges]
        for invariant in INVARIANTS:
            self.assertEqual(list(invariant(evidence)), list(invariant(evidence)))
        self.assertEqual(before, [repr(exchange) for exchange in evidence.exchanges])


if __name__ == "__main__":
    unittest.main()
