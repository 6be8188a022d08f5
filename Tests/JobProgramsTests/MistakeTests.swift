import JobPrograms
import Testing

@Suite("A mistake in a kind's file")
struct MistakeTests {
  static let keys: String =
    "name, path, title, description, program, requires, input, files, result, search, limits, attempts, keep, nice, env, read, "
    + "network, log, sandbox"

  /// Of whole files.
  static let ofFiles: [(text: String, line: String)] = [
    ("", "a.yaml:1: The file is empty. It needs name, path and program."),
    ("# nothing\n", "a.yaml:1: The file is empty. It needs name, path and program."),
    ("---\n", "a.yaml:1: The file is empty. It needs name, path and program."),
    ("null\n", "a.yaml:1: This file is null. It must be a mapping: key: value, with \(keys)."),
    ("[a]\n", "a.yaml:1: This file is a list. It must be a mapping: key: value, with \(keys)."),
    ("\n\npath: sheets\n", "a.yaml:3: name is missing: what one job is called, such as name: sheet."),
    ("name: sheet\n", "a.yaml:1: path is missing: the first segment of the kind's URLs, such as path: sheets."),
    (
      "name: sheet\npath: sheets\n",
      "a.yaml:1: program is missing: a list with the program first, such as [./sheet, --verbose]."
    ),
    (
      "name: sheet\npath: sheets\nprogram: ./sheet --verbose\n",
      "a.yaml:3: program: This is the text \"./sheet --verbose\". It must be a list with the program first, such as "
        + "[./sheet, --verbose]. No shell reads it."
    ),
    (
      "name: sheet\npath: sheets\nprogram: []\n",
      "a.yaml:3: program: This list is empty. It must be a list with the program first, such as [./sheet, --verbose]."
    ),
    (
      "name: sheet\npath: sheets\nprogram: [../sheet]\n",
      "a.yaml:3: program[0]: \"../sheet\" has .. in it, and a program sees only its kind's folder. Write ./NAME for a "
        + "program beside this file, or an absolute path."
    ),
    (
      "name: sheet\npath: sheets\nprogram:\n- ./sheet\n- [a]\n",
      "a.yaml:5: program[1]: This is a list. It must be a text."
    ),
    (
      "name: 7\n", "a.yaml:1: name: 7 is not a text. Write it as \"7\" to make it one."
    ),
    (
      "name: Sheet\n",
      "a.yaml:1: name: \"Sheet\" is not a name. It must be a-z, 0-9 and -, with a letter first, at most 64, such as "
        + "sheet."
    ),
    (
      "name: sheet\npath: /sheets\n",
      "a.yaml:2: path: \"/sheets\" is not a path. It must be one segment of A-Z, a-z, 0-9, -, ., _ and ~, at most 64, "
        + "without a slash, such as sheets."
    ),
    ("name: sheet\nnmae: b\n", "a.yaml:2: \"nmae\" is not a key that is known here. Is name meant?"),
  ]

  @Test("of the whole is one line with the file, the line and what is allowed", arguments: ofFiles)
  func whole(text: String, line: String) {
    #expect(mistake(text) == line)
  }

  /// Of YAML, from line 4 on.
  static let ofYAML: [(text: String, line: String)] = [
    ("title: &a b\n", "a.yaml:4: Anchors (&) and aliases (*) are not allowed. Write the value where it is needed."),
    (
      "env: &a {A: b}\nread: *a\n",
      "a.yaml:4: Anchors (&) and aliases (*) are not allowed. Write the value where it is needed."
    ),
    ("title: *a\n", "a.yaml:4: Aliases (*) are not allowed. Quote a text that begins with *."),
    ("title: !secret a\n", "a.yaml:4: Tags (!) are not allowed. Leave out \"!secret\"."),
    ("nice: !!int \"3\"\n", "a.yaml:4: Tags (!) are not allowed. Leave out \"tag:yaml.org,2002:int\"."),
    (
      "limits: {time: 2m, time: 3m}\n",
      "a.yaml:4: \"time\" is there more than once, first in this line. Once is allowed."
    ),
    (
      "title: a\nenv: {A: b}\ntitle: b\n",
      "a.yaml:4: \"title\" is there more than once, first in this line. Once is allowed."
    ),
    (
      "limits:\n\ttime: 2m\n",
      "a.yaml:5: This is not YAML: found character that cannot start any token. Tabs can't indent: use blanks."
    ),
    (
      "title: @a\n",
      "a.yaml:4: This is not YAML: found character that cannot start any token. Quote a text that begins with such a "
        + "character."
    ),
    (
      "title: a: b\n",
      "a.yaml:4: This is not YAML: mapping values are not allowed in this context. Check the indentation, and quote a "
        + "text that has \": \" in it."
    ),
    (
      "---\nname: b\n",
      "a.yaml:4: A second document begins here. A file declares one kind: give the other one a file of its own."
    ),
    ("? [a]\n: b\n", "a.yaml:4: A key must be a word, not a list."),
    ("env: {A: \"\\0\"}\n", "a.yaml:4: env.A: A text can't have the character U+0000 in it."),
  ]

  @Test("of YAML names its line, also where lines end as on Windows", arguments: ofYAML, ["\n", "\r\n"])
  func yaml(example: (text: String, line: String), lineEnd: String) {
    #expect(mistake((least + example.text).replacing("\n", with: lineEnd)) == example.line)
  }

  /// Of keys, from line 4 on.
  static let ofKeys: [(text: String, line: String)] = [
    ("tilte: a\n", "a.yaml:4: \"tilte\" is not a key that is known here. Is title meant?"),
    ("colour: a\n", "a.yaml:4: \"colour\" is not a key that is known here. Allowed are \(keys)."),
    ("title:\n", "a.yaml:4: title: This is nothing. It must be a text."),
    ("title: true\n", "a.yaml:4: title: true is not a text. Write it as \"true\" to make it one."),
    ("title: \" \"\n", "a.yaml:4: title: This text is empty. Leave it out, or say what people should read."),
    ("attempts: 0\n", "a.yaml:4: attempts: This is 0. It must be a whole number from 1 to 100."),
    ("attempts: 2.0\n", "a.yaml:4: attempts: This is 2.0. It must be a whole number from 1 to 100."),
    ("attempts: twice\n", "a.yaml:4: attempts: This is the text \"twice\". It must be a whole number from 1 to 100."),
    ("nice: -5\n", "a.yaml:4: nice: This is -5. It must be a whole number from 0 to 19."),
    ("network: maybe\n", "a.yaml:4: network: This is the text \"maybe\". It must be yes or no."),
    ("sandbox: off\n", "a.yaml:4: sandbox: This is the text \"off\". It must be required or none."),
    ("log:\n  show: everyone\n", "a.yaml:5: log.show: This is the text \"everyone\". It must be owner or operator."),
    ("log: {}\n", "a.yaml:4: log.show is missing: owner or operator."),
    (
      "keep: 30\n",
      "a.yaml:4: keep: \"30\" is not a time. Write whole numbers with d, h, m, s or ms, the longest first, such as 90s "
        + "or 1h30m."
    ),
    (
      "requires: {vips: libvips-tools, ls/: a}\n",
      "a.yaml:4: requires: \"ls/\" is not a command. Write its name alone."
    ),
    (
      "requires:\n  vips: Vips\n",
      "a.yaml:5: requires.vips: \"Vips\" is not the name of a Debian package, such as libvips-tools."
    ),
    (
      "env:\n  A: b\n  2A: c\n",
      "a.yaml:6: env: \"2A\" is not a variable. It must be A-Z, a-z, 0-9 and _, without a digit first."
    ),
    (
      "env: {JOB_ID: 3}\n",
      "a.yaml:4: env: JOB_ID is set by the service. Give the variable another name; PATH and LANG may be changed."
    ),
    ("env: {A: }\n", "a.yaml:4: env.A: This is nothing. It must be a text; write \"\" for an empty one."),
    (
      "read:\n  - /opt/a\n  - opt/b\n",
      "a.yaml:6: read[1]: \"opt/b\" must be an absolute path without ., .., // and a slash at its end, such as "
        + "/opt/models."
    ),
    ("read: [/proc/1]\n", "a.yaml:4: read[0]: The sandbox has a /proc of its own. /proc/1 can't be read from it."),
    (
      "result: xml\n",
      "a.yaml:4: result: This is the text \"xml\". It must be json, one file as {file: sheet.png, types: [image/png]}, "
        + "or several as {files: {text.txt: {types: [text/plain]}}}."
    ),
    (
      "result: {file: sheet}\n",
      "a.yaml:4: result.types is missing: the media types that the file may have, such as types: [image/png]."
    ),
    (
      "result: {file: ../sheet, types: [image/png]}\n",
      "a.yaml:4: result: \"../sheet\" is not the name of a file. It must be A-Z, a-z, 0-9, -, _ and ., with a letter "
        + "or digit first, at most 64."
    ),
    (
      "result:\n  files:\n    a.txt: {types: [text]}\n",
      "a.yaml:6: result.files.a.txt.types[0]: \"text\" is not a media type, such as image/png. It has no parameters."
    ),
    (
      "search: text.txt\n",
      "a.yaml:4: search: The result has no file that can be searched: one whose types all begin with text/."
    ),
    (
      "result: {file: a.txt, types: [text/plain]}\nsearch: b.txt\n",
      "a.yaml:5: search: It must be a file of the result that is text: a.txt."
    ),
    (
      "result: {file: a.txt, types: [text/plain]}\nsearch: a.txt\ninput: {type: object, properties: {page: {type: integer}}}\n",
      "a.yaml:6: input/properties/page: This name is reserved. Give the property another name."
    ),
    ("files: {input: {}}\n", "a.yaml:4: files: A form sends the input as \"input\". Give the files another name."),
    ("files:\n  a:\n    min: 3\n    max: 2\n", "a.yaml:6: files.a.min: 3 is more than max, which is 2."),
    (
      "files:\n  a: {each: 2MB,\n    total: 1MB}\n",
      "a.yaml:5: files.a.each: This is more than total. It may be at most that."
    ),
    (
      "files: {a: {type: [image/png]}}\n",
      "a.yaml:4: \"files.a.type\" is not a key that is known here. Is types meant?"
    ),
  ]

  @Test("of a key names its line and what is allowed", arguments: ofKeys)
  func key(text: String, line: String) {
    #expect(mistake(least + text) == line)
  }

  @Test("of length is found before anything is read")
  func length() {
    let text = least + "title: " + String(repeating: "a", count: 65_536)
    #expect(mistake(text) == "a.yaml: The file is too long. It may have at most 65536 bytes.")
    #expect(mistake(least + "#" + String(repeating: "a", count: 65_536 - least.utf8.count - 1)) == nil)
  }

  @Test("of nesting doesn't end the process", arguments: [70, 2000, 30_000])
  func nesting(depth: Int) {
    let text = least + "input: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(mistake(text) == "a.yaml:4: Values can be nested at most 64 levels deep.")
  }

  @Test("of many aliases takes no time")
  func aliases() {
    var text = least + "env:\n  a0: &a0 [x, x]\n"
    for index in 1...60 { text += "  a\(index): &a\(index) [*a\(index - 1), *a\(index - 1)]\n" }
    #expect(
      mistake(text) == "a.yaml:5: Anchors (&) and aliases (*) are not allowed. Write the value where it is needed.")
  }

  @Test(
    "is short, however long its values are",
    arguments: [("nice: 1", ""), ("limits: {memory: 0", "MB}"), ("? env", "\n: b")])
  func short(start: String, end: String) {
    let line = mistake(least + start + String(repeating: "0", count: 60_000) + end + "\n") ?? ""
    #expect(line.hasPrefix("a.yaml:"))
    #expect(line.count < 1100)
  }

  @Test("is one line, whatever is quoted in it")
  func oneLine() {
    #expect(
      mistake(least + "\"a\\nb\": c\n")
        == "a.yaml:4: \"a\\u{a}b\" is not a key that is known here. Allowed are \(Self.keys).")
  }
}
