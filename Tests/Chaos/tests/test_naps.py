"""The checker on naps, whose work is a program's."""

import unittest

from runs import SIBLING, VICTIM, Run


class Judged(unittest.TestCase):
    def setUp(self):
        self.run_ = Run()
        self.run_.accept_nap(1, "one")

    def good(self):
        self.assertEqual(self.run_.violations(), [])

    def objects(self, *names):
        self.assertEqual(self.run_.names(), set(names))


class Attempts(Judged):
    def after_a_kill(self):
        """The second attempt ends the nap, after the first one was cut off."""
        self.run_.run_program(1, process=VICTIM, end=None, words=("begin", "beat"))
        self.run_.deed("kill", VICTIM)
        self.run_.run_program(1, epoch=3, attempt=2, process=SIBLING)
        self.run_.end_nap(1, "complete", log_of=3)

    def test_an_attempt_after_a_kill_is_right(self):
        self.after_a_kill()
        self.good()

    def test_an_attempt_that_begins_while_the_one_before_lives(self):
        self.after_a_kill()
        self.run_.beat(1)
        self.objects("attempts-of-a-program-never-overlap")

    def test_attempts_at_two_naps_may_overlap(self):
        self.run_.run_program(1, words=("begin",))
        self.run_.accept_nap(2, "two")
        self.run_.run_program(2, epoch=5, attempt=1)
        self.run_.end_nap(2, "complete", log_of=5)
        self.run_.beat(1, "end")
        self.run_.end_nap(1, "complete")
        self.good()

    def test_a_program_that_runs_where_no_work_began(self):
        self.run_.run_program(1)
        self.run_.beat(1, "begin", epoch=2, attempt=2)
        self.run_.beat(1, "end", epoch=2, attempt=2)
        self.run_.end_nap(1, "complete", log_of=2)
        self.objects("programs-run-in-epochs-of-the-journal")

    def test_a_program_that_begins_twice_in_an_epoch(self):
        self.run_.run_program(1, words=("begin", "begin", "end"))
        self.run_.end_nap(1, "complete")
        self.objects("programs-run-in-epochs-of-the-journal")

    def test_naps_without_a_heartbeat(self):
        self.run_.run_program(1, words=())
        self.run_.end_nap(1, "complete", log_of=0)
        self.objects("programs-were-heard", "complete-programs-came-to-their-end")


class Ends(Judged):
    def test_a_complete_nap_is_right(self):
        self.run_.run_program(1)
        self.run_.end_nap(1, "complete")
        self.good()

    def test_a_complete_nap_whose_program_was_cut_off(self):
        self.run_.run_program(1, words=("begin", "beat"))
        self.run_.end_nap(1, "complete")
        self.objects("complete-programs-came-to-their-end")

    def test_a_nap_that_is_complete_by_an_attempt_before_its_last(self):
        self.run_.run_program(1)
        self.run_.run_program(1, epoch=2, attempt=2, words=("begin",))
        self.run_.end_nap(1, "complete", log_of=2)
        self.objects("complete-programs-came-to-their-end")

    def test_a_nap_that_was_submitted_to_fail_fails(self):
        self.run_.accept_nap(2, "two", fails=True)
        self.run_.run_program(2, end="failed")
        self.run_.end_nap(2, "failed", error="bad-nap")
        self.run_.run_program(1)
        self.run_.end_nap(1, "complete")
        self.good()

    def test_a_nap_that_fails_though_it_was_not_asked_to(self):
        self.run_.run_program(1, end="failed")
        self.run_.end_nap(1, "failed", error="bad-nap")
        self.objects("orders-fail-for-a-reason")

    def test_a_nap_that_is_complete_though_it_was_asked_to_fail(self):
        self.run_.accept_nap(2, "two", fails=True)
        self.run_.run_program(2)
        self.run_.end_nap(2, "complete")
        self.run_.run_program(1)
        self.run_.end_nap(1, "complete")
        self.objects("a-result-is-one")

    def test_a_cancelled_nap_may_have_no_log(self):
        self.run_.work(1, end="interrupted")
        self.run_.beat(1, "begin")
        self.run_.exchange("DELETE", "/naps/1/cancel", 204)
        self.run_.end_nap(1, "cancelled", log_of=None)
        self.good()

    def test_a_complete_nap_without_a_log(self):
        self.run_.run_program(1)
        self.run_.end_nap(1, "complete", log_of=None)
        self.objects("a-log-is-of-the-last-attempt")

    def test_a_log_of_an_attempt_before_the_last(self):
        self.run_.run_program(1, end="failed", words=("begin",))
        self.run_.run_program(1, epoch=3, attempt=2)
        self.run_.end_nap(1, "complete", log_of=1)
        self.objects("a-log-is-of-the-last-attempt")


class Leftovers(Judged):
    def test_a_process_at_the_end(self):
        self.run_.run_program(1)
        self.run_.end_nap(1, "complete")
        self.run_.changes["left"] = ("process 4711",)
        self.objects("nothing-is-left-of-programs")


if __name__ == "__main__":
    unittest.main()
