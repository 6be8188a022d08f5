"""Pictures as people and attackers upload them, and the sheet that a test expects of them."""

import io
import struct
import zlib

from PIL import Image, ImageChops, ImageCms

COLOURS = [(220, 30, 40), (30, 170, 60), (40, 60, 200), (240, 210, 50)]
TURNS = {  # from upright to what a camera stores that was held so
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(width=240, height=160, colours=COLOURS):
    """Four colours, so that every turn of it looks different."""
    picture = Image.new("RGB", (width, height))
    for index, colour in enumerate(colours):
        left, top = index % 2 * width // 2, index // 2 * height // 2
        picture.paste(colour, (left, top, left + (width + 1) // 2, top + (height + 1) // 2))
    return picture


def encoded(picture, format="JPEG", **options):
    file = io.BytesIO()
    if format in ("JPEG", "WEBP"):
        options = {"quality": 95} | options
    picture.save(file, format, **options)
    return file.getvalue()


def oriented(picture, orientation, format="JPEG"):
    """Stored turned, with the EXIF orientation that turns it upright again."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "A camera"
    stored = picture.transpose(TURNS[orientation]) if orientation in TURNS else picture
    return encoded(stored, format, exif=exif)


def with_swapped_profile(picture):
    """Red and blue exchanged in the pixels, and an ICC profile that says so."""
    red, green, blue = picture.split()
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # The table of tags: each has a name of 4 bytes.
    for index in range(struct.unpack(">I", profile[128:132])[0]):
        place = 132 + 12 * index
        name = bytes(profile[place:place + 4])
        profile[place:place + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(name, name)
    return encoded(Image.merge("RGB", (blue, green, red)), "PNG", icc_profile=bytes(profile))


def png(width, height, depth, colour, rows, interlaced=False):
    """A PNG of raw rows, with a filter byte before each."""
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def sixteen_bits(picture):
    """The picture as PNG with 16 bits in each channel. The lower byte is not the upper one's."""
    width, height = picture.size
    samples = b"".join(bytes([sample, 0x80]) for sample in picture.tobytes())
    rows = b"".join(b"\0" + samples[6 * width * line:6 * width * (line + 1)] for line in range(height))
    return png(width, height, 16, 2, zlib.compress(rows))


def claiming(side, content):
    """A JPEG or PNG whose header claims another size than it has."""
    changed = bytearray(content)
    if content.startswith(b"\x89PNG"):
        changed[16:24] = struct.pack(">II", side, side)
        changed[29:33] = struct.pack(">I", zlib.crc32(changed[12:29]))
    else:
        place = content.index(b"\xff\xc0") + 5
        changed[place:place + 4] = struct.pack(">HH", side, side)
    return bytes(changed)


def sheet_of(pictures, width, columns):
    """What the sheet of these upright pictures has to look like."""
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * width, rows * width), "white")
    for index, picture in enumerate(pictures):
        scale = width / max(picture.size)
        fitted = picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.BOX)
        left, top = index % columns * width, index // columns * width
        sheet.paste(fitted, (left + (width - fitted.width) // 2, top + (width - fitted.height) // 2))
    return sheet


def difference(one, other, tolerance):
    """The share of pixels in which a channel differs by more than `tolerance`."""
    worst = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).split()
    worst = ImageChops.lighter(ImageChops.lighter(worst[0], worst[1]), worst[2])
    return sum(worst.histogram()[tolerance + 1:]) / (one.width * one.height)


def opened(content):
    return Image.open(io.BytesIO(content))
