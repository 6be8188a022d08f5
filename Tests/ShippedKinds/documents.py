"""PDFs as people and attackers upload them. They are written here, since no library writes broken ones."""

import io
import textwrap
import zlib

import pypdf
from PIL import Image, ImageDraw, ImageFont

WORDS = (
    "The quick brown fox jumps over the lazy dog while seven wizards mix strong potions under bright silver moonlight "
    "and every morning twelve sailors carry heavy wooden boxes from the harbour to the market where farmers sell bread"
).split()


class Document:
    """The objects of a PDF. `pages` are numbers of page objects, and the root is the first object."""

    def __init__(self):
        self.objects = [None, None]  # the catalog and the pages
        self.pages = []
        self.info = b""

    def add(self, content):
        self.objects.append(content)
        return len(self.objects)

    def stream(self, content, words=b""):
        return self.add(b"<< %s /Length %d >>\nstream\n%s\nendstream" % (words, len(content), content))

    def page(self, content, resources, size=(612, 792)):
        drawing = self.stream(content)
        self.pages.append(self.add(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << %s >> /Contents %d 0 R >>"
            % (*size, resources, drawing)))

    def written(self, tree=None, start=None):
        """The bytes. `tree` replaces the page tree's root, `start` the place of the table of objects."""
        kids = b" ".join(b"%d 0 R" % page for page in self.pages)
        self.objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
        self.objects[1] = tree or b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(self.pages))
        file = bytearray(b"%PDF-1.4\n")
        places = []
        for number, content in enumerate(self.objects, start=1):
            places.append(len(file))
            file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        table = len(file)
        file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        for place in places:
            file += b"%010d 00000 n \n" % place
        file += b"trailer\n<< /Size %d /Root 1 0 R /Info << %s >> >>\n" % (len(places) + 1, self.info)
        return bytes(file + b"startxref\n%d\n%%%%EOF\n" % (table if start is None else start))

    def text_page(self, text, size=(612, 792)):
        lines = textwrap.wrap(text, 80)
        shown = b"".join(b"(%s) Tj T*\n" % line.encode("ascii") for line in lines)
        self.page(b"BT /F1 12 Tf 14 TL 40 740 Td\n%sET" % shown, self._helvetica(), size)

    def scanned_page(self, words, dots=150):
        """A picture of the words, as a scanner makes it."""
        picture = rendered(words, dots)
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=80)
        image = self.stream(
            file.getvalue(),
            b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 "
            b"/Filter /DCTDecode" % picture.size)
        self.page(b"q 612 0 0 792 0 0 cm /I1 Do Q", b"/XObject << /I1 %d 0 R >>" % image)

    def nameless_page(self, words):
        """Text in a font of drawn glyphs that doesn't say which letters they are."""
        letters = sorted(set("".join(words)))
        font = ImageFont.load_default(60)
        glyphs, widths = [], []
        for letter in letters:
            glyph = Image.new("1", (round(font.getlength(letter)) + 2, 80), 1)
            ImageDraw.Draw(glyph).text((1, 0), letter, font=font, fill=0)
            packed = zlib.compress(glyph.tobytes())
            width = glyph.width
            drawing = b"%d 0 d0 q %d 0 0 80 0 -20 cm BI /W %d /H 80 /IM true /F /Fl ID " % (width, width, width)
            glyphs.append(self.stream(drawing + packed + b"\nEI Q"))
            widths.append(width)
        names = [b"/shape" + bytes([97 + index // 26, 97 + index % 26]) for index in range(len(letters))]
        procedures = b" ".join(b"%s %d 0 R" % each for each in zip(names, glyphs))
        nameless = self.add(
            b"<< /Type /Font /Subtype /Type3 /FontBBox [0 -20 80 80] /FontMatrix [0.0125 0 0 0.0125 0 0] "
            b"/CharProcs << %s >> /Encoding << /Type /Encoding /Differences [1 %s] >> /FirstChar 1 /LastChar %d "
            b"/Widths [%s] /Resources << >> >>"
            % (procedures, b" ".join(names), len(letters), b" ".join(b"%d" % width for width in widths)))
        lines = []
        for start in range(0, len(words), 5):
            shown = b"8 0 Td ".join(
                b"<%s> Tj " % bytes(1 + letters.index(letter) for letter in word).hex().encode()
                + b"%d 0 Td " % round(sum(widths[letters.index(letter)] for letter in word) / 80 * 18)
                for word in words[start:start + 5])
            lines.append(b"BT /F2 18 Tf 1 0 0 1 50 %d Tm %s ET\n" % (700 - 6 * start, shown))
        self.page(b"".join(lines), b"/Font << /F2 %d 0 R >>" % nameless)

    def _helvetica(self):
        if not hasattr(self, "font"):
            self.font = self.add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
        return b"/Font << /F1 %d 0 R >>" % self.font


def rendered(words, dots=150, size=None):
    """The words as black letters on white paper of 8.5 by 11 inches."""
    picture = Image.new("L", (round(8.5 * dots), 11 * dots), 245)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size or dots // 6)
    left, top = dots * 0.8, dots * 0.8
    for word in words:
        if left + font.getlength(word) > picture.width - dots * 0.8:
            left, top = dots * 0.8, top + font.size * 1.6
        draw.text((left, top), word, font=font, fill=20)
        left += font.getlength(word + " ")
    return picture


def text_document(texts, info=b""):
    document = Document()
    document.info = info
    for text in texts:
        document.text_page(text)
    return document.written()


def scanned_document(words, pages=1):
    document = Document()
    for _ in range(pages):
        document.scanned_page(words)
    return document.written()


def encrypted(content, user, owner):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt(user, owner, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
