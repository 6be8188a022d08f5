"""Both kinds behind nginx, as deploy/up serves them: by the curl lines of deploy/kinds/README.md, in Python."""

import contextlib
import json
import pathlib
import sys
import tempfile
import time
import unittest

import requests

from documents import WORDS, encrypted, scanned_document, text_document
from jobs import KINDS
from pictures import difference, encoded, opened, oriented, quarters, sheet_of

sys.path.append(str(KINDS.parents[1] / "Tests" / "Benchmarks"))
from service import name, product  # noqa: E402


class ServiceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="shipped-kinds-")))
        cls.service = cls.enterClassContext(product(folder, "up", 2, ["--pace", "0s"], kinds=KINDS))
        cls.address = f"http://127.0.0.1:{cls.service.port}"

    def submitted(self, kind, files, **values):
        answer = requests.post(f"{self.address}/{kind}/", files=files, data=values, timeout=30)
        self.assertEqual(answer.status_code, 202, answer.text)
        return f"{self.address}/{kind}/{answer.json()['id']}"

    def ended(self, job):
        deadline = time.monotonic() + 60
        while True:
            status = requests.get(f"{job}/status", headers={"Prefer": "wait=10"}, timeout=30).json()
            if status["done"] or time.monotonic() > deadline:
                return status

    def test_pictures_become_a_sheet(self):
        picture = quarters()
        photos = [("photos", (f"{each}.jpg", oriented(picture, each))) for each in (1, 6, 8)]
        job = self.submitted("sheets", photos, width="120", columns="3", format="png")
        self.assertEqual(self.ended(job)["status"], "complete")
        answer = requests.get(f"{job}/result", timeout=30)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        expected = sheet_of([picture] * 3, 120, 3)
        sheet = opened(answer.content)
        self.assertEqual(sheet.size, expected.size)
        self.assertLessEqual(difference(sheet, expected, 16), 0.03)
        self.assertEqual(requests.get(f"{job}/files/photos/1", timeout=30).content, oriented(picture, 6))

    def test_one_bad_picture_among_many_names_itself(self):
        whole = encoded(quarters())
        photos = [("photos", ("a.jpg", whole)), ("photos", ("b.jpg", whole[: len(whole) // 2])), ("photos", ("c.jpg", whole))]
        status = self.ended(self.submitted("sheets", photos))
        self.assertEqual((status["status"], status["error"]["code"]), ("failed", "unreadable-image"))
        self.assertRegex(status["error"]["detail"], "^photos/1 ")

    def test_a_page_that_is_called_a_picture_is_refused(self):
        answer = requests.post(f"{self.address}/sheets/", files={"photos": ("a.jpg", b"<html>", "image/jpeg")}, timeout=30)
        self.assertEqual(answer.status_code, 415)
        self.assertEqual([error["pointer"] for error in answer.json()["errors"]], ["/files/photos/0"])

    def test_the_text_of_a_document_that_is_a_body_alone_is_read(self):
        answer = requests.post(
            f"{self.address}/scans/?ocr=never", data=text_document([" ".join(WORDS)]),
            headers={"Content-Type": "application/pdf"}, timeout=30)
        self.assertEqual(answer.status_code, 202, answer.text)
        job = f"{self.address}/scans/{answer.json()['id']}"
        self.assertEqual(self.ended(job)["status"], "complete")
        self.assertEqual([file["name"] for file in requests.get(f"{job}/result", timeout=30).json()], ["scan.json", "text.txt"])
        self.assertEqual(requests.get(f"{job}/result/text.txt", timeout=30).text.split(), " ".join(WORDS).split())
        scan = json.loads(requests.get(f"{job}/result/scan.json", timeout=30).content)
        self.assertFalse(scan["pages"][0]["ocr"])

    def test_words_of_a_document_are_found_with_their_page_until_it_is_removed(self):
        document = text_document(["Nothing to see", "The Aardvark Company owes 19.99", "The end"])
        job = self.submitted("scans", {"document": ("a.pdf", document, "application/pdf")})
        self.assertEqual(self.ended(job)["status"], "complete")
        status = self.awaited(job, lambda status: status.get("indexed"))
        found = requests.get(f"{self.address}/scans", params={"q": '"aardvark company" 19.99'}, timeout=30)
        self.assertEqual(found.status_code, 200, found.text)
        [item] = found.json()["scans"]
        self.assertEqual((item["id"], item["page"], item["status"]), (status["id"], 2, "complete"))
        self.assertIn("Aardvark Company owes", item["snippet"])
        for other in ("aardvark end", "aardvarks", '"company aardvark"', "NOT"):
            self.assertEqual(requests.get(f"{self.address}/scans", params={"q": other}, timeout=30).json(), {"scans": []})
        for path, parameter in (("sheets?q=a", "q"), ("scans?q=-", "q"), ("scans?q=a&ids=1", "ids")):
            refused = requests.get(f"{self.address}/{path}", timeout=30)
            self.assertEqual((refused.status_code, refused.json()["parameter"]), (400, parameter))
        self.assertEqual(requests.delete(job, timeout=30).status_code, 204)
        self.assertEqual(requests.get(f"{self.address}/scans", params={"q": "aardvark"}, timeout=30).json(), {"scans": []})

    def awaited(self, job, is_wanted):
        deadline = time.monotonic() + 30
        while not is_wanted(status := requests.get(f"{job}/status", timeout=30).json()):
            self.assertLess(time.monotonic(), deadline, status)
            time.sleep(0.01)
        return status

    def test_an_encrypted_document_fails_with_a_code(self):
        document = encrypted(text_document(["secret"]), "user", "owner")
        status = self.ended(self.submitted("scans", {"document": ("a.pdf", document, "application/pdf")}))
        self.assertEqual((status["status"], status["error"]["code"]), ("failed", "encrypted-pdf"))

    def test_a_cancel_in_the_middle_of_recognition_ends_it_within_a_second(self):
        job = self.submitted("scans", {"document": ("a.pdf", scanned_document(WORDS, pages=20), "application/pdf")})
        self.await_recognition(True, 30)
        self.assertEqual(requests.delete(f"{job}/cancel", timeout=30).status_code, 204)
        began = time.monotonic()
        self.await_recognition(False, 10)
        self.assertLess(time.monotonic() - began, 1)
        self.assertEqual(requests.delete(job, timeout=30).status_code, 204)
        self.assertEqual(requests.get(job, timeout=30).status_code, 410)

    def await_recognition(self, is_wanted, seconds):
        deadline = time.monotonic() + seconds
        while self.recognizes() != is_wanted:
            self.assertLess(time.monotonic(), deadline, "tesseract has not begun, or not ended")
            time.sleep(0.01)

    def recognizes(self):
        found, parents = False, list(self.service.responders)
        while parents:
            with contextlib.suppress(OSError):
                parent = parents.pop()
                found = found or name(parent) == "tesseract"
                for task in pathlib.Path(f"/proc/{parent}/task").iterdir():
                    parents += map(int, (task / "children").read_text().split())
        return found


if __name__ == "__main__":
    unittest.main()
