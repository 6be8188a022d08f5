"""The checker on the life of orders: which there are, how they change, what comes out."""

import unittest

from runs import SIBLING, Run


class Judged(unittest.TestCase):
    def setUp(self):
        self.run_ = Run()
        self.run_.complete_order(1, "one")

    def good(self):
        self.assertEqual(self.run_.violations(), [])

    def objects(self, *names):
        self.assertEqual(self.run_.names(), set(names))


class Identity(Judged):
    def test_an_accepted_order_that_is_lost(self):
        self.run_.post("two", 2)
        self.objects("accepted-orders-are-there")

    def test_an_order_that_never_ends(self):
        self.run_.post("two", 2)
        self.run_.end(2, "running", "two")
        self.objects("every-order-ends")

    def test_two_last_lists_that_differ(self):
        self.run_.changes["listings"] = ({}, self.run_.entries)
        self.assertIn("every-order-ends", self.run_.names())

    def test_one_id_for_two_submissions(self):
        self.run_.post("two", 1)
        self.objects("an-id-is-given-once", "ids-rise")

    def test_an_id_below_one_that_was_known(self):
        self.run_.complete_order(5, "five")
        self.run_.post("three", 3)
        self.run_.work(3)
        self.run_.end(3, "complete", "three", change=70)
        self.objects("ids-rise")

    def test_ids_of_requests_at_once_may_cross(self):
        self.run_.post("two", 3, at=50, until=52)
        self.run_.post("three", 2, at=50.5, until=53)
        for order, name in ((2, "three"), (3, "two")):
            self.run_.work(order)
            self.run_.end(order, "complete", name)
        self.good()

    def test_a_repeated_post_may_tell_an_old_id(self):
        self.run_.post("two", None, key="k", at=50, until=60)
        self.run_.complete_order(3, "three")
        self.run_.post("two", 2, key="k", replayed=True)
        self.run_.work(2)
        self.run_.end(2, "complete", "two", change=50)
        self.good()

    def test_a_key_that_makes_two_orders(self):
        self.run_.post("two", 2, key="k")
        self.run_.post("two", 3, key="k", replayed=True)
        for order in (2, 3):
            self.run_.work(order)
            self.run_.end(order, "complete", "two")
        self.objects("a-key-makes-one-order", "a-submission-makes-one-order")

    def test_twins_that_are_both_new(self):
        self.run_.post("two", 2, key="k", at=50)
        self.run_.post("two", 2, key="k", at=50)
        self.run_.work(2)
        self.run_.end(2, "complete", "two")
        self.objects("a-key-makes-one-order")

    def test_a_lost_answer_may_have_made_an_order_or_not(self):
        self.run_.post("two", None)
        self.run_.post("three", None)
        self.run_.work(2)
        self.run_.end(2, "complete", "three")
        self.good()

    def test_a_lost_answer_that_made_two_orders(self):
        self.run_.post("two", None)
        for order in (2, 3):
            self.run_.work(order)
            self.run_.end(order, "complete", "two")
        self.objects("a-submission-makes-one-order")

    def test_a_refused_order_that_is_there(self):
        self.run_.problem("POST", "/orders", 503, "store-unavailable", submission="two")
        self.run_.work(2)
        self.run_.end(2, "complete", "two")
        self.objects("a-submission-makes-one-order")

    def test_an_order_that_nobody_submitted(self):
        self.run_.listed(2, "complete", "two")
        del self.run_.submissions["two"]
        self.assertIn("nothing-comes-from-nowhere", self.run_.names())

    def test_an_amount_with_another_digit(self):
        self.run_.listed(1, "complete", "one", amount="10.5")
        self.objects("nothing-comes-from-nowhere")


class States(Judged):
    def setUp(self):
        super().setUp()
        self.run_.post("two", 2)
        self.run_.work(2, end="interrupted")

    def test_a_cancelled_order_that_runs(self):
        self.run_.cancel(2)
        self.run_.status(2, "running", 19)
        self.run_.end(2, "cancelled", "two")
        self.objects("a-cancelled-order-stays-cancelled", "a-final-order-stays-as-it-is")

    def test_a_cancelled_order_that_completes(self):
        self.run_.cancel(2)
        self.run_.end(2, "complete", "two")
        self.objects("a-cancelled-order-stays-cancelled", "a-final-order-stays-as-it-is", "an-order-ends-once")

    def test_a_read_that_overlaps_the_cancel_may_say_running(self):
        self.run_.cancel(2, at=50, until=60)
        self.run_.status(2, "running", 19, at=59, until=70)
        self.run_.end(2, "cancelled", "two")
        self.good()

    def test_two_ends_told_at_once(self):
        self.run_.cancel(2, at=50, until=60)
        self.run_.result(2, "two", 20, at=50, until=60)
        self.run_.listed(2, "cancelled", "two")
        self.run_.status(2, "cancelled", 20, at=50, until=60)
        self.objects("an-order-ends-once", "a-result-is-one", "states-follow-the-table")

    def test_a_failed_order_that_runs_again(self):
        self.run_.problem("GET", "/orders/2/result", 409, "order-failed")
        self.run_.problem("GET", "/orders/2/result", 409, "order-not-finished")
        self.assertIn("a-final-order-stays-as-it-is", self.run_.names())

    def test_an_order_cancelled_by_nobody(self):
        self.run_.end(2, "cancelled", "two")
        self.objects("only-a-cancel-cancels")

    def test_running_again_after_a_start_is_right(self):
        for change, status in enumerate(("started", "running", "started", "running"), 11):
            self.run_.status(2, status, change)
        self.run_.end(2, "complete", "two")
        self.good()

    def test_a_change_after_the_end(self):
        self.run_.status(2, "complete", 15, at=50, until=60)
        self.run_.end(2, "complete", "two", at=50, until=60)
        self.run_.result(2, "two", 20, at=50, until=60)
        self.objects("states-follow-the-table")

    def test_a_change_number_that_falls(self):
        self.run_.status(2, "running", 19)
        self.run_.status(2, "running", 18)
        self.run_.end(2, "complete", "two")
        self.objects("change-numbers-never-fall")

    def test_a_304_tells_a_change_number_too(self):
        self.run_.status(2, "running", 19)
        self.run_.exchange("GET", "/orders/2/status", 304, None, 18)
        self.run_.end(2, "complete", "two")
        self.objects("change-numbers-never-fall")

    def test_a_list_that_is_behind(self):
        self.run_.status(2, "running", 19)
        self.run_.exchange("GET", "/orders", 200, {"orders": []}, 18)
        self.run_.end(2, "complete", "two")
        self.objects("lists-know-what-was-told")

    def test_two_documents_of_one_change(self):
        self.run_.status(2, "running", 19, percent=40)
        self.run_.status(2, "running", 19, percent=50)
        self.run_.end(2, "complete", "two")
        self.objects("a-change-number-means-one-document")

    def test_one_change_of_two_orders(self):
        self.run_.status(2, "running", 10, at=0)
        self.run_.end(2, "complete", "two")
        self.objects("a-change-number-means-one-document")


class Outcomes(Judged):
    def test_percent_that_falls(self):
        self.run_.complete_order(2, "two")
        self.run_.status(2, "running", 11, percent=60, at=1)
        self.run_.status(2, "running", 12, percent=50, at=2)
        self.objects("percent-never-falls")

    def test_a_hundred_percent_before_the_end(self):
        self.run_.complete_order(2, "two")
        self.run_.status(2, "running", 11, percent=100, at=1)
        self.objects("percent-never-falls")

    def test_a_start_that_moves(self):
        self.run_.complete_order(2, "two")
        self.run_.status(2, "running", 11, at=0, until=0.1, more={"startedAt": "2026-01-01T00:00:03.000Z"})
        self.run_.status(2, "running", 12, at=1, until=1.1, more={"startedAt": "2026-01-01T00:00:04.000Z"})
        self.assertEqual(self.run_.names(), {"dates-stay"})

    def test_an_end_without_its_date(self):
        self.run_.complete_order(2, "two")
        self.run_.status(2, "running", 11, at=1, more={"done": True})
        self.objects("dates-stay")

    def test_a_result_that_changes(self):
        first = self.run_.result(1, "one", 10)
        self.run_.exchange("GET", first.target, 200, first.content + b" ", 10)
        self.assertIn("a-result-is-one", self.run_.names())

    def test_a_result_of_something_else(self):
        self.run_.post("two", 2)
        self.run_.work(2)
        self.run_.listed(2, "complete", "two")
        self.run_.status(2, "complete", 20)
        self.run_.result(2, "one", 20)
        self.objects("a-result-is-one")

    def test_a_complete_order_without_a_result(self):
        self.run_.post("two", 2)
        self.run_.work(2)
        self.run_.listed(2, "complete", "two")
        self.run_.status(2, "complete", 20)
        self.objects("a-result-is-one")

    def test_two_last_looks_that_differ(self):
        first = [e for e in self.run_.exchanges if e.kind in ("status", "result")]
        second = [first[0], self.run_.exchange("GET", "/orders/1/result", 200, first[1].content, 11, at=0, until=99)]
        self.run_.changes["readings"] = (first, second)
        self.assertIn("last-looks-agree", self.run_.names())


class Works(Judged):
    """What the journal tells. The order has three attempts."""

    def failed(self, **about):
        self.run_.end(2, "failed", "two", attempt=3, error="worker-lost", **about)

    def test_no_journal(self):
        self.run_.journal.begins, self.run_.journal.ends = [], []
        self.assertIn("the-journal-is-there", self.run_.names())

    def test_two_holders_of_one_epoch(self):
        self.run_.complete_order(2, "two")
        self.run_.work(2, epoch=1, process=999, end=None)
        self.objects("an-epoch-has-one-holder")

    def test_an_end_in_a_process_that_did_not_begin(self):
        self.run_.complete_order(2, "two")
        self.run_.journal.ends[-1] = self.run_.journal.ends[-1].__class__(9, 2, 1, 1, 999, "complete")
        self.objects("an-epoch-has-one-holder")

    def test_an_epoch_that_falls(self):
        self.run_.complete_order(2, "two")
        self.run_.work(2, epoch=4, attempt=2)
        self.run_.work(2, epoch=3, attempt=3)
        self.objects("epochs-rise")

    def test_work_that_was_given_back_has_its_number_again(self):
        self.run_.complete_order(2, "two")
        self.run_.work(2, epoch=3, attempt=1)
        self.good()

    def test_more_attempts_than_there_may_be(self):
        self.run_.complete_order(2, "two")
        self.run_.work(2, epoch=7, attempt=4)
        self.objects("epochs-rise")

    def test_complete_without_work(self):
        self.run_.post("two", 2)
        self.run_.end(2, "complete", "two")
        self.objects("complete-orders-were-worked-on")

    def test_a_failure_after_three_deaths_is_right(self):
        self.run_.post("two", 2)
        for attempt in (1, 2, 3):
            self.run_.work(2, epoch=2 * attempt, attempt=attempt, process=10 * attempt, end=None)
            self.run_.clock += 1
            self.run_.deed("kill", 10 * attempt)
        self.failed()
        self.good()

    def test_a_kill_between_claim_and_journal_counts(self):
        self.run_.post("two", 2)
        self.run_.deed("hold-turn-and-kill", 10, until=self.run_.clock + 2)
        self.run_.deed("kill", 20)
        self.run_.work(2, epoch=6, attempt=3, process=30, end=None)
        self.run_.clock += 1
        self.run_.deed("stop", 30, until=self.run_.clock + 2)
        self.failed()
        self.good()

    def test_a_failure_after_two_deaths(self):
        self.run_.post("two", 2)
        for attempt in (1, 2, 3):
            self.run_.work(2, epoch=2 * attempt, attempt=attempt, process=10 * attempt, end=None)
            self.run_.clock += 1
            if attempt < 3:
                self.run_.deed("kill", 10 * attempt)
        self.failed()
        self.objects("orders-fail-for-a-reason")

    def test_a_failure_of_the_work(self):
        self.run_.post("two", 2)
        self.run_.work(2, end="failed")
        self.run_.end(2, "failed", "two", attempt=3, error="work-failed")
        self.objects("orders-fail-for-a-reason")

    def test_a_failure_before_the_last_attempt(self):
        self.run_.post("two", 2)
        self.run_.work(2, process=SIBLING, end=None)
        for process in (SIBLING, 20, 30):
            self.run_.deed("kill", process)
        self.run_.end(2, "failed", "two", attempt=2, error="worker-lost")
        self.objects("orders-fail-for-a-reason")


if __name__ == "__main__":
    unittest.main()
