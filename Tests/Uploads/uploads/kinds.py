"""The kinds of work that the uploads go to. Their program says what it found in its folder."""

SEEN = """\
name: seen
path: seen
program: [./look]
input:
  type: object
  properties:
    width: {type: integer, minimum: 1, maximum: 2000, default: 200}
    factor: {type: number}
    loud: {type: boolean}
    note: {type: string}
files:
  photos: {min: 1, max: 3, types: [image/png, image/jpeg], each: 100kB, total: 250kB, minSize: 1}
  notes: {min: 0, max: 2, types: [text/plain], each: 1MB}
attempts: 2
"""

# Exactly one file, which may be the body.
SCAN = """\
name: scan
path: scans
program: [./look]
input:
  type: object
  properties:
    page: {type: integer, default: 1}
files:
  document: {types: [application/pdf, text/plain], each: 200kB, minSize: 1}
"""

# Any bytes; the result is a file too. Tried again at once where its responder dies.
COPY = """\
name: copy
path: copies
program: [./copy]
files:
  data: {each: 64MB}
result: {file: copy, types: [application/octet-stream]}
limits: {output: 64MB}
attempts: 3
"""

# Works until it is cancelled.
NAP = """\
name: nap
path: naps
program: [/bin/sleep, "600"]
files:
  data: {min: 0, each: 1kB}
"""

# For the load: nothing works on it.
DROP = """\
name: drop
path: drops
program: [/bin/echo, "{}"]
files:
  data: {each: 64MB}
"""

LOOK = """\
#!/usr/bin/python3
import hashlib, json, os, pathlib

found = {}
for file in sorted(pathlib.Path("in").glob("*/*")):
    data = file.read_bytes()
    can_write = os.access(file, os.W_OK)
    found[str(file)] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "writable": can_write}
print(json.dumps({"input": json.load(open("input.json")), "files": found}))
"""

COPY_PROGRAM = "#!/bin/sh\nexec cp in/data/0 out/copy\n"


def write_kinds(folder):
    folder.mkdir(mode=0o755)
    for name, text in {"seen.yaml": SEEN, "scan.yaml": SCAN, "copy.yaml": COPY, "nap.yaml": NAP, "drop.yaml": DROP}.items():
        (folder / name).write_text(text)
    for name, text in {"look": LOOK, "copy": COPY_PROGRAM}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
