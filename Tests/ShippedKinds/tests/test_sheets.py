"""Contact sheets: the pixels, and which pictures are refused."""

import concurrent.futures
import unittest
import zlib

from PIL import Image

from jobs import run_job
from pictures import (
    claiming, difference, encoded, opened, oriented, png, quarters, sheet_of, sixteen_bits, with_swapped_profile,
)


class SheetsTest(unittest.TestCase):
    def sheet(self, photos, **values):
        outcome = run_job("sheets", {"photos": photos}, **values)
        self.assertEqual(outcome.status, "complete", f"{outcome.code}: {outcome.detail}\n{outcome.log}")
        return opened(outcome.files["sheet"])

    def refused(self, photos, code, name=None, **values):
        outcome = run_job("sheets", {"photos": photos}, **values)
        self.assertEqual((outcome.status, outcome.code), ("failed", code), f"{outcome.detail}\n{outcome.log}")
        if name:
            self.assertRegex(outcome.detail, rf"^{name} ")
        return outcome

    def assert_alike(self, sheet, expected, tolerance=16, share=0.03):
        self.assertEqual(sheet.size, expected.size)
        self.assertLessEqual(difference(sheet, expected, tolerance), share)


class Pixels(SheetsTest):
    def test_each_orientation_of_exif_is_turned_upright(self):
        picture = quarters()
        photos = [oriented(picture, orientation) for orientation in range(1, 9)]
        self.assert_alike(self.sheet(photos, width=120, columns=4), sheet_of([picture] * 8, 120, 4))

    def test_the_orientation_of_a_webp_and_a_png_counts_too(self):
        picture = quarters()
        photos = [oriented(picture, 6, "WEBP"), oriented(picture, 6, "PNG")]
        self.assert_alike(self.sheet(photos, width=120), sheet_of([picture] * 2, 120, 2))

    def test_every_kind_of_picture_has_its_colours(self):
        picture = quarters()
        grey = picture.convert("L")
        photos = {
            "JPEG": encoded(picture), "PNG": encoded(picture, "PNG"), "WebP": encoded(picture, "WEBP"),
            "lossless WebP": encoded(picture, "WEBP", lossless=True),
            "progressive": encoded(picture, progressive=True), "palette": encoded(picture.convert("P"), "PNG"),
            "16 bit": sixteen_bits(picture), "profile": with_swapped_profile(picture),
        }
        for name, photo in photos.items():
            with self.subTest(name):
                self.assert_alike(self.sheet([photo], width=120), sheet_of([picture], 120, 1))
        greys = {
            "grey JPEG": encoded(grey), "grey PNG": encoded(grey, "PNG"),
            "grey of 16 bit": encoded(grey.convert("I;16").point(lambda value: value * 257), "PNG"),
        }
        for name, photo in greys.items():
            with self.subTest(name):
                self.assert_alike(self.sheet([photo], width=120), sheet_of([grey.convert("RGB")], 120, 1))

    def test_cmyk_becomes_srgb(self):
        # Inks are no pure colours of a screen: a wide tolerance, which an inverted or misread picture exceeds by far.
        picture = quarters(colours=[(0, 160, 230), (230, 0, 120), (255, 240, 0), (255, 255, 255)])
        inks = quarters(colours=[(0, 255, 255), (255, 0, 255), (255, 255, 0), (255, 255, 255)]).convert("CMYK")
        self.assert_alike(self.sheet([encoded(inks)], width=120), sheet_of([picture], 120, 1), tolerance=40, share=0.05)

    def test_what_is_transparent_is_white(self):
        picture = quarters().convert("RGBA")
        picture.paste((0, 0, 0, 0), (0, 0, 120, 80))
        expected = quarters()
        expected.paste("white", (0, 0, 120, 80))
        for format in ("PNG", "WEBP"):
            with self.subTest(format):
                photo = encoded(picture, format, **({"lossless": True} if format == "WEBP" else {}))
                self.assert_alike(self.sheet([photo], width=120), sheet_of([expected], 120, 1))
        with self.subTest("grey"):
            photo = encoded(picture.convert("LA"), "PNG")
            self.assert_alike(self.sheet([photo], width=120), sheet_of([expected.convert("L").convert("RGB")], 120, 1))
        with self.subTest("grey of 16 bit"):
            rows = b"".join(b"\0" + b"\x40\x80\xff\xff" * 60 + b"\x40\x80\0\0" * 60 for _ in range(80))
            halves = Image.new("RGB", (120, 80), (64, 64, 64))
            halves.paste("white", (60, 0, 120, 80))
            photo = png(120, 80, 16, 4, zlib.compress(rows))
            self.assert_alike(self.sheet([photo], width=120), sheet_of([halves], 120, 1))
        with self.subTest("palette"):
            striped = Image.new("P", (120, 80), 1)
            striped.putpalette([200, 0, 0, 0, 120, 0])
            striped.paste(0, (0, 0, 60, 80))
            halves = Image.new("RGB", (120, 80), (0, 120, 0))
            halves.paste("white", (0, 0, 60, 80))
            photo = encoded(striped, "PNG", transparency=0)
            self.assert_alike(self.sheet([photo], width=120), sheet_of([halves], 120, 1))

    def test_an_animated_picture_is_its_first_frame(self):
        picture = quarters()
        for format in ("WEBP", "PNG"):
            with self.subTest(format):
                others = [Image.new("RGB", picture.size, colour) for colour in ("black", "white")]
                photo = encoded(picture, format, save_all=True, append_images=others)
                self.assertEqual(opened(photo).n_frames, 3)
                self.assert_alike(self.sheet([photo], width=120), sheet_of([picture], 120, 1))

    def test_tall_wide_and_tiny_pictures_are_fitted_and_centred(self):
        pictures = [quarters(90, 300), quarters(300, 90), quarters(8, 8), quarters(200, 200), quarters(1000, 750)]
        sheet = self.sheet([encoded(picture, "PNG") for picture in pictures], width=100, format="png")
        self.assert_alike(sheet, sheet_of(pictures, 100, 3), share=0.06)

    def test_a_line_of_pixels_stays_a_line(self):
        lines = [Image.new("RGB", (1, 20_000)), Image.new("RGB", (20_000, 1))]
        sheet = self.sheet([encoded(line) for line in lines], width=64)
        self.assertEqual(sheet.size, (128, 64))


class Layout(SheetsTest):
    def test_the_sheet_is_as_square_as_it_gets(self):
        photo = encoded(quarters(60, 40))
        for count, (columns, rows) in {1: (1, 1), 2: (2, 1), 3: (2, 2), 5: (3, 2), 10: (4, 3)}.items():
            with self.subTest(count):
                self.assertEqual(self.sheet([photo] * count, width=32).size, (columns * 32, rows * 32))

    def test_columns_are_as_asked_for_and_no_more_than_pictures(self):
        picture = quarters(60, 40)
        photos = [encoded(picture)] * 5
        self.assert_alike(self.sheet(photos, width=64, columns=2), sheet_of([picture] * 5, 64, 2), share=0.06)
        self.assertEqual(self.sheet(photos, width=16, columns=10).size, (80, 16))

    def test_fifty_pictures_are_in_the_order_in_which_they_came(self):
        pictures = [Image.new("RGB", (40, 40), (5 * index, 255 - 5 * index, 120)) for index in range(50)]
        outcome = run_job("sheets", {"photos": [encoded(each, "PNG") for each in pictures]}, width=16, columns=10)
        self.assertEqual(outcome.status, "complete", outcome.log)
        self.assert_alike(opened(outcome.files["sheet"]), sheet_of(pictures, 16, 10))
        self.assertEqual({each.total for each in outcome.progress}, {51})
        self.assertEqual([each.completed for each in outcome.progress], list(range(51)))
        self.assertEqual([each.step for each in outcome.progress], ["resize"] * 50 + ["join"])

    def test_the_format_is_as_asked_for_and_has_no_metadata(self):
        for format in ("jpeg", "png", "webp"):
            with self.subTest(format):
                sheet = self.sheet([oriented(quarters(), 6), with_swapped_profile(quarters())], format=format)
                self.assertEqual((sheet.format, sheet.mode, sheet.size), (format.upper(), "RGB", (400, 200)))
                self.assertFalse({"icc_profile", "xmp", "comment", "photoshop"} & set(sheet.info))
                # libvips says in a WebP that it stands upright and how many dots an inch has.
                self.assertNotIn(0x010F, sheet.getexif())
                self.assertEqual(sheet.getexif().get(0x0112, 1), 1)

    def test_a_sheet_that_no_file_can_hold_is_refused(self):
        photo = encoded(quarters())
        for values in ({"width": 2000, "columns": 1, "format": "webp"}, {"width": 2000, "columns": 5, "format": "png"}):
            with self.subTest(**values):
                self.assertIn("sheet", self.refused([photo] * 30, "image-too-large", **values).detail)


class Refusals(SheetsTest):
    def test_a_truncated_picture_is_unreadable_wherever_it_ends(self):
        picture = Image.effect_noise((400, 300), 80).convert("RGB")
        photos = {
            "JPEG": encoded(picture), "progressive": encoded(picture, progressive=True), "PNG": encoded(picture, "PNG"),
            "WebP": encoded(picture, "WEBP"),
        }
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            outcomes = {
                (name, tenth): pool.submit(run_job, "sheets", {"photos": [photo[:len(photo) * tenth // 10]]})
                for name, photo in photos.items() for tenth in range(10)
            }
        for (name, tenth), outcome in outcomes.items():
            with self.subTest(f"{name}, {tenth} tenths"):
                self.assertEqual(outcome.result().code, "unreadable-image", outcome.result().log)
                self.assertRegex(outcome.result().detail, "^photos/0 ")

    def test_one_bad_picture_among_many_names_itself(self):
        good = encoded(quarters())
        whole = encoded(Image.effect_noise((400, 300), 80))
        html = b"<!DOCTYPE html><title>Not found</title>"
        for bad in (whole[:len(whole) // 2], b"", html, b"\xff\xd8\xff\xe0 no more"):
            with self.subTest(bad[:20]):
                self.refused([good] * 7 + [bad] + [good] * 4, "unreadable-image", "photos/7")

    def test_other_formats_are_unsupported(self):
        picture = quarters()
        svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
        photos = {format: encoded(picture, format) for format in ("GIF", "TIFF", "BMP")} | {"SVG": svg}
        for name, photo in photos.items():
            with self.subTest(name):
                self.refused([encoded(picture), photo], "unsupported-image", "photos/1")

    def test_a_picture_over_a_hundred_megapixels_is_refused_by_its_header(self):
        small = quarters()
        jpeg = encoded(small)
        for photo in (claiming(64_250, jpeg), claiming(64_250, encoded(small, "PNG")), claiming(10_001, jpeg)):
            outcome = self.refused([encoded(small), photo], "image-too-large", "photos/1")
            self.assertFalse(outcome.progress)
            self.assertLess(outcome.memory, 200_000_000)


if __name__ == "__main__":
    unittest.main()
