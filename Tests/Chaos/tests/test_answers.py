"""The checker on single answers, and on runs that prove nothing."""

import unittest

from runs import SIBLING, STORE, VICTIM, Run, Submission, judged


def good():
    run = Run()
    run.complete_order(1, "one")
    run.complete_order(2, "two")
    return run


class GoodRuns(unittest.TestCase):
    """What looks suspicious and is right."""

    def test_a_plain_run_is_found_good(self):
        self.assertEqual(good().violations(), [])

    def test_lost_answers_and_refusals_are_allowed(self):
        run = good()
        run.post("three", None)
        run.problem("GET", "/orders/1/status", 502, "service-unavailable")
        run.problem("GET", "/orders/1/status", 504, "gateway-timeout")
        run.problem("DELETE", "/orders/1/cancel", 503, "store-unavailable")
        run.problem("DELETE", "/orders/1/cancel", 503, "busy")
        run.problem("DELETE", "/orders/1/cancel", 409, "order-already-finished")
        self.assertEqual(run.violations(), [])


class AnswersOfTheContract(unittest.TestCase):
    def objects(self, run, name):
        self.assertIn(name, run.names())

    def test_500(self):
        run = good()
        run.problem("GET", "/orders/1/status", 500, "internal-error")
        self.objects(run, "answers-are-of-the-contract")

    def test_404_for_an_order_that_exists(self):
        run = good()
        run.problem("GET", "/orders/1", 404, "not-found")
        self.objects(run, "answers-are-of-the-contract")

    def test_a_409_that_belongs_to_another_request(self):
        run = good()
        run.problem("DELETE", "/orders/1/cancel", 409, "order-not-finished")
        self.objects(run, "answers-are-of-the-contract")

    def test_html(self):
        run = good()
        html = {"content-type": "text/html"}
        run.exchange("GET", "/orders/1", 502, b"<html>Bad Gateway</html>", answer_fields=html)
        self.objects(run, "problems-are-documents")

    def test_a_problem_with_another_status_inside(self):
        run = good()
        run.exchange("GET", "/orders/1", 502, {"status": 503, "code": "service-unavailable"})
        self.objects(run, "problems-are-documents")

    def test_a_refusal_without_retry_after(self):
        run = good()
        run.problem("GET", "/orders/1", 503, "busy", answer_fields={"retry-after": ""})
        self.objects(run, "refusals-say-when-to-come-again")

    def test_an_unfinished_status_without_retry_after(self):
        run = good()
        run.status(3, "running", 3, at=0, answer_fields={"retry-after": "soon"})
        self.objects(run, "refusals-say-when-to-come-again")

    def test_a_202_with_more_than_the_id(self):
        run = good()
        run.exchange("POST", "/orders", 202, {"id": 3, "status": "started"}, submission="one")
        self.objects(run, "answers-have-the-form-promised")

    def test_a_200_without_a_tag(self):
        run = good()
        run.exchange("GET", "/orders", 200, {"orders": []})
        self.objects(run, "answers-have-the-form-promised")

    def test_tags_of_two_stores(self):
        run = good()
        run.exchange("GET", "/orders", 200, {"orders": []}, answer_fields={"etag": f'"{STORE[::-1]}-99"'})
        self.assertEqual(run.names(), {"answers-have-the-form-promised"})


class TheService(unittest.TestCase):
    def objects(self, name, run=None, **changes):
        run = run or good()
        run.changes |= changes
        self.assertEqual(run.names(), {name})

    def test_a_deed_that_never_happened(self):
        self.objects("the-nemesis-came", wanted=frozenset(["fill-disk"]))

    def test_a_run_without_naps(self):
        run = good()
        run.deed("kill", VICTIM)
        self.objects("the-nemesis-came", run, wanted=frozenset(["kill"]))

    def test_a_run_without_load(self):
        self.objects("the-nemesis-came", seconds=60)

    def test_a_responder_that_fell_over(self):
        self.objects("responders-die-by-others-hands", survivors=frozenset([SIBLING]))

    def test_a_crash_in_the_log(self):
        run = good()
        run.journal.crashes.append("Fatal error: index out of range")
        self.objects("responders-die-by-others-hands", run)

    def test_a_killed_responder_is_explained(self):
        run = good()
        run.changes["survivors"] = frozenset([SIBLING])
        run.deed("kill", VICTIM)
        self.assertEqual(run.violations(), [])

    def test_a_responder_that_does_not_drain(self):
        run = good()
        run.deed("terminate", VICTIM)
        self.objects("who-is-told-to-stop-ends-in-order", run)
        run.journal.served.add(VICTIM)
        self.assertEqual(run.violations(), [])

    def test_an_up_that_fails_to_stop(self):
        self.objects("who-is-told-to-stop-ends-in-order", exit_status=70)

    def test_no_read_while_the_turn_is_held(self):
        run = good()
        run.deed("hold-turn", VICTIM, at=50, until=56)
        self.objects("reads-go-on", run)
        run.status(1, "complete", 10, at=51, until=52)
        self.assertEqual(run.violations(), [])

    def test_an_order_accepted_into_files_that_were_moved_away(self):
        run = good()
        run.deed("misplace-files", VICTIM, at=50, until=56)
        refusal = {"status": 503, "code": "store-unavailable"}
        run.exchange("POST", "/orders", 503, refusal, at=50.5, until=51)
        self.assertEqual(run.violations(), [])
        run.complete_order(9, "lost", at=51)
        self.assertIn("nothing-is-acknowledged-into-other-files", run.names())

    def test_a_cancel_in_files_that_were_overwritten(self):
        run = good()
        run.deed("destroy-files", at=50, until=56)
        run.exchange("DELETE", "/orders/1/cancel", 204, at=51, until=52)
        self.assertIn("nothing-is-acknowledged-into-other-files", run.names())

    def test_reads_are_not_judged_while_another_programs_bytes_are_in_the_database(self):
        for note, times in (("overwrite", [45, 60]), ("truncate-log", [45, 60]), ("remove", [45, 49.8, 51, 55, 60])):
            run = Run()
            run.deed("destroy-files", at=50, until=56, note=note)
            for time in (45, 49.8, 51, 55, 60):
                run.exchange("GET", "/orders/1/result", 200, b"order", at=time)
            run.exchange("POST", "/orders", 202, {"id": 1}, at=51)
            left = judged(run.exchanges, run.deeds)
            self.assertEqual([e.sent for e in left if e.method == "GET"], times)
            self.assertEqual([e.sent for e in left if e.method == "POST"], [51])

    def test_writes_that_are_not_refused_while_files_are_away(self):
        run = good()
        run.deed("misplace-files", VICTIM, at=50, until=56)
        run.exchange("POST", "/orders", 503, {"status": 503, "code": "busy"}, at=51, until=52)
        self.objects("other-files-are-told-of", run)

    def test_a_commit_that_was_under_way_when_a_file_was_moved(self):
        run = good()
        run.deed("misplace-files", VICTIM, at=50, until=56)
        refusal = {"status": 503, "code": "store-unavailable"}
        submission = run.submissions.setdefault("doubtful", Submission("doubtful", ("doubtful", "y"), "10.50"))
        run.exchange("POST", "/orders", 503, refusal, at=49.9, until=50.1, submission=submission.name)
        run.listed(9, "cancelled", "doubtful")
        self.assertNotIn("a-submission-makes-one-order", run.names())
        run.deeds.clear()
        self.assertIn("a-submission-makes-one-order", run.names())

    def test_an_ill_service_at_the_end(self):
        self.objects("the-service-recovers", health=None)

    def test_a_process_that_did_not_come_back(self):
        self.objects("the-service-recovers", processes=3)

    def test_a_damaged_file(self):
        self.objects("the-store-is-whole", integrity="row 3 missing from index job_listed")

    def test_a_store_that_contradicts_itself(self):
        self.objects("the-store-is-whole", check="exit status 1: two orders of one key")


if __name__ == "__main__":
    unittest.main()
