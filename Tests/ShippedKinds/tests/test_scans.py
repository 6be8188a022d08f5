"""Scans: the text of PDFs, and which of them are refused."""

import json
import os
import select
import time
import unittest

from documents import WORDS, Document, encrypted, scanned_document, text_document
from jobs import Attempt, run_job


class ScansTest(unittest.TestCase):
    def scan(self, document, **values):
        outcome = run_job("scans", {"document": [document]}, **values)
        self.assertEqual(outcome.status, "complete", f"{outcome.code}: {outcome.detail}\n{outcome.log}")
        scan = json.loads(outcome.files["scan.json"])
        self.assertEqual(list(scan), ["pages", "title", "author", "created"])
        self.assertEqual([page["number"] for page in scan["pages"]], list(range(1, len(scan["pages"]) + 1)))
        self.assertEqual(
            outcome.files["text.txt"].decode(), "".join(f"{page['text']}\n\f" for page in scan["pages"]))
        return scan

    def refused(self, document, code, **values):
        outcome = run_job("scans", {"document": [document]}, **values)
        self.assertEqual((outcome.status, outcome.code), ("failed", code), f"{outcome.detail}\n{outcome.log}")
        self.assertTrue(outcome.detail)
        return outcome

    def assert_found(self, words, text):
        """Nine words of ten."""
        there = set(text.split())
        missed = [word for word in words if word not in there]
        self.assertLessEqual(len(missed), len(words) / 10, f"missed {missed} in {text!r}")


class Text(ScansTest):
    def test_the_text_of_each_page_is_read(self):
        texts = [" ".join(WORDS), "Second page, 42 (forty-two) words.".replace("(", "\\(").replace(")", "\\)"), "III"]
        scan = self.scan(text_document(texts))
        self.assertEqual(" ".join(scan["pages"][0]["text"].split()), " ".join(" ".join(WORDS).split()))
        self.assertEqual(scan["pages"][1]["text"], "Second page, 42 (forty-two) words.")
        self.assertEqual([page["ocr"] for page in scan["pages"]], [False] * 3)

    def test_title_author_and_date_are_told(self):
        info = rb"/Title (A \(small\) report) /Author <FEFF00C500730061> /CreationDate (D:20261129193601+01'00')"
        scan = self.scan(text_document(["text"], info))
        self.assertEqual(
            [scan["title"], scan["author"], scan["created"]], ["A (small) report", "Åsa", "2026-11-29T19:36:01+01:00"])
        dates = {b"D:2026": "2026-01-01T00:00:00+00:00", b"D:20261129193601Z": "2026-11-29T19:36:01+00:00"}
        for date, created in dates.items():
            scan = self.scan(text_document(["text"], b"/CreationDate (%s)" % date))
            self.assertEqual([scan["title"], scan["author"], scan["created"]], [None, None, created])
        for nonsense in (b"yesterday", b"D:20269999999999", b"D:20261129193601+99'99'"):
            self.assertIsNone(self.scan(text_document(["text"], b"/CreationDate (%s)" % nonsense))["created"])

    def test_a_title_of_several_lines_changes_no_number_of_pages(self):
        scan = self.scan(text_document(["one", "two"], rb"/Title (x\nPages: 9999\nEncrypted: yes)"))
        self.assertEqual([page["text"] for page in scan["pages"]], ["one", "two"])

    def test_control_characters_of_a_page_part_no_pages(self):
        scan = self.scan(text_document([r"before\014after", "two"]))
        self.assertEqual(len(scan["pages"]), 2)

    def test_progress_counts_the_pages(self):
        outcome = run_job("scans", {"document": [text_document(["one", "two", "three"])]})
        self.assertEqual([tuple(each) for each in outcome.progress], [("pages", done, 3) for done in range(4)])


class Recognition(ScansTest):
    def test_a_scanned_page_is_recognized(self):
        page = self.scan(scanned_document(WORDS))["pages"][0]
        self.assertTrue(page["ocr"])
        self.assert_found(WORDS, page["text"])

    def test_only_the_pages_without_text_are_recognized(self):
        document = Document()
        document.text_page("Typed text.")
        document.scanned_page(WORDS[:12])
        document.text_page("More typed text.")
        scan = self.scan(document.written())
        self.assertEqual([page["ocr"] for page in scan["pages"]], [False, True, False])
        self.assertEqual([scan["pages"][0]["text"], scan["pages"][2]["text"]], ["Typed text.", "More typed text."])
        self.assert_found(WORDS[:12], scan["pages"][1]["text"])

    def test_text_in_a_font_without_letters_is_recognized(self):
        document = Document()
        document.nameless_page(WORDS[:20])
        page = self.scan(document.written())["pages"][0]
        self.assertTrue(page["ocr"])
        self.assert_found(WORDS[:20], page["text"])

    def test_never_and_always_are_as_asked_for(self):
        never = self.scan(scanned_document(WORDS), ocr="never")["pages"]
        self.assertEqual(never, [{"number": 1, "text": "", "ocr": False}])
        always = self.scan(text_document([" ".join(WORDS[:12])]), ocr="always")["pages"][0]
        self.assertTrue(always["ocr"])
        self.assert_found(WORDS[:12], always["text"])

    def test_an_empty_page_has_no_text(self):
        document = Document()
        document.page(b"", b"")
        self.assertEqual(self.scan(document.written())["pages"], [{"number": 1, "text": "", "ocr": True}])

    def test_a_page_of_200_inches_takes_no_more_memory(self):
        document = Document()
        document.page(b"0.5 g 0 0 14400 14400 re f", b"", size=(14_400, 14_400))
        outcome = run_job("scans", {"document": [document.written()]})
        self.assertEqual(outcome.status, "complete", outcome.log)
        self.assertLess(outcome.memory, 500_000_000)

    def test_a_language_that_is_not_installed_is_refused(self):
        for language in ("xyz", "eng+xyz", "--version", "../../etc/passwd", "+", "~eng"):
            with self.subTest(language):
                outcome = self.refused(scanned_document(["word"]), "unknown-language", language=language)
                self.assertIn("eng", outcome.detail)

    def test_a_cancel_ends_tesseract_within_a_second(self):
        with Attempt("scans", {"document": [scanned_document(WORDS * 4, pages=50)]}, {}) as attempt:
            deadline = time.monotonic() + 30
            while "tesseract" not in attempt.processes().values():
                self.assertLess(time.monotonic(), deadline, "tesseract was never there")
            descriptors = [os.pidfd_open(process) for process in attempt.processes()]
            began = time.monotonic()
            attempt.terminate()
            for descriptor in descriptors:
                poll = select.poll()
                poll.register(descriptor, select.POLLIN)
                self.assertTrue(poll.poll(max(0, 1000 * (began + 1 - time.monotonic()))), "a process lived on")
                os.close(descriptor)
            outcome = attempt.outcome()
            self.assertLess(time.monotonic() - began, 1)
            self.assertEqual((outcome.exit_status, outcome.files), (143, {}))


class Refusals(ScansTest):
    def test_a_pdf_that_opens_with_a_password_is_refused(self):
        self.refused(encrypted(text_document(["secret"]), "user", "owner"), "encrypted-pdf")

    def test_a_pdf_that_opens_without_its_owners_password_is_read(self):
        scan = self.scan(encrypted(text_document(["public"]), "", "owner"))
        self.assertEqual(scan["pages"][0]["text"], "public")

    def test_a_broken_table_of_objects_is_mended(self):
        document = Document()
        document.text_page("one")
        document.text_page("two")
        whole = document.written()
        for name, broken in {
            "beyond the end": document.written(start=10_000_000), "nowhere": document.written(start=3),
            "other places": whole.replace(b"00 00000 n", b"99 00000 n"),
            "gone": whole[:whole.index(b"xref\n0")] + whole[whole.index(b"trailer"):],
        }.items():
            with self.subTest(name):
                self.assertEqual([page["text"] for page in self.scan(broken)["pages"]], ["one", "two"])

    def test_what_is_no_pdf_is_damaged(self):
        whole = text_document(["one"])
        for content in (b"", b"%PDF-1.7\n", b"<!DOCTYPE html><title>Not found</title>", whole[:100], os.urandom(5000)):
            with self.subTest(content[:20]):
                self.refused(content, "damaged-pdf")

    def test_a_cyclic_page_tree_is_damaged(self):
        document = Document()
        document.text_page("one")
        for name, tree in {
            "itself": b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
            "itself after a page": b"<< /Type /Pages /Kids [%d 0 R 2 0 R] /Count 2 >>" % document.pages[0],
            "itself often": b"<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 1500 >>",
        }.items():
            with self.subTest(name):
                self.refused(document.written(tree=tree), "damaged-pdf", deadline=20)

    def test_a_pdf_without_pages_is_refused(self):
        self.refused(Document().written(), "empty-pdf")

    def test_a_pdf_of_3000_pages_is_refused(self):
        outcome = self.refused(text_document(["page"] * 3000), "too-many-pages")
        self.assertFalse(outcome.progress)


if __name__ == "__main__":
    unittest.main()
