"""A sheet of large photos takes hardly longer as a job than by the same commands in a shell."""

import pathlib
import statistics
import subprocess
import tempfile
import time
import unittest

from PIL import Image

from jobs import run_job
from pictures import encoded

COMMANDS = """
set -e
cd "$1"
export VIPS_CONCURRENCY=2
VIPS_BLOCK_UNTRUSTED=1 vipsheader [0-9]
for photo in [0-9]; do
  VIPS_BLOCK_UNTRUSTED=1 vips thumbnail $photo $photo.ppm[strip,background=255] 200 --height 200 --fail-on truncated \
    --import-profile srgb --export-profile srgb
done
vips arrayjoin "$(echo *.ppm)" sheet.jpg[strip,Q=90] --across 4 --hspacing 200 --vspacing 200 --halign centre \
  --valign centre --background 255
"""


def photo():
    """12 megapixels that are about as hard to decode as a camera's."""
    noise = Image.effect_noise((1000, 750), 40)
    layers = [noise.rotate(turn) for turn in (0, 90, 180)]
    return encoded(Image.merge("RGB", layers).resize((4000, 3000)), quality=90)


class ThroughputTest(unittest.TestCase):
    def test_ten_photos_as_fast_as_by_the_commands_alone(self):
        photos = [photo()] * 10
        ratios = []
        with tempfile.TemporaryDirectory() as folder:
            for number, content in enumerate(photos):
                (pathlib.Path(folder) / str(number)).write_bytes(content)
            for _ in range(10):
                began = time.monotonic()
                subprocess.run(["sh", "-c", COMMANDS, "sh", folder], check=True, stdout=subprocess.DEVNULL)
                by_hand = time.monotonic() - began
                outcome = run_job("sheets", {"photos": photos})
                self.assertEqual(outcome.status, "complete", outcome.log)
                ratios.append(by_hand / outcome.seconds)
        print(f"throughput of the commands alone: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
        self.assertGreaterEqual(statistics.median(ratios), 0.8)


if __name__ == "__main__":
    unittest.main()
