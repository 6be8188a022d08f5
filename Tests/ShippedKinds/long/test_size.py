"""The largest pictures, sheets and documents that are allowed stay within their kinds' memory."""

import json
import os
import unittest
import zlib

from PIL import Image

from documents import text_document
from jobs import declaration, run_job, size
from pictures import encoded, opened, png, quarters

SIDE = 10_000  # of a picture of 100 megapixels


def interlaced():
    """A PNG of 16 bits, with transparency, in the seven passes of Adam7."""
    packer, packed = zlib.compressobj(1), []
    for left, top, right, down in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ):
        row = b"\0" + b"\x12\x34\x56\x78\x9a\xbc\xff\xff" * len(range(left, SIDE, right))
        packed += [packer.compress(row) for _ in range(top, SIDE, down)]
    return png(SIDE, SIDE, 16, 6, b"".join(packed) + packer.flush(), interlaced=True)


class SizeTest(unittest.TestCase):
    def complete(self, kind, files, **values):
        outcome = run_job(kind, files, deadline=300, **values)
        self.assertEqual(outcome.status, "complete", f"{outcome.code}: {outcome.detail}\n{outcome.log}")
        self.assertLess(outcome.memory, size(declaration(kind)["limits"]["memory"]))
        return outcome

    def test_pictures_of_a_hundred_megapixels(self):
        picture = quarters(SIDE, SIDE)
        photos = {
            "progressive": encoded(picture, progressive=True, subsampling=0), "interlaced": interlaced(),
            "WebP": encoded(picture, "WEBP", quality=60, method=0),
        }
        for name, photo in photos.items():
            with self.subTest(name):
                self.complete("sheets", {"photos": [photo]}, width=2000)

    def test_sheets_of_a_hundred_megapixels(self):
        noise = encoded(Image.frombytes("RGB", (2000, 2000), os.urandom(12_000_000)), quality=90)
        for format in ("jpeg", "png", "webp"):
            with self.subTest(format):
                outcome = self.complete("sheets", {"photos": [noise] * 25}, width=2000, format=format)
                Image.MAX_IMAGE_PIXELS = SIDE * SIDE
                self.assertEqual(opened(outcome.files["sheet"]).size, (SIDE, SIDE))
                self.assertLess(len(outcome.files["sheet"]) + 3 * SIDE * SIDE, size("1GB"))

    def test_memory_does_not_grow_with_the_pages(self):
        memory = {}
        for pages in (20, 2000):
            outcome = self.complete("scans", {"document": [text_document([f"Page {page}." for page in range(pages)])]})
            self.assertEqual(json.loads(outcome.files["scan.json"])["pages"][-1]["text"], f"Page {pages - 1}.")
            memory[pages] = outcome.memory
        self.assertLess(memory[2000], memory[20] + 16_000_000)


if __name__ == "__main__":
    unittest.main()
