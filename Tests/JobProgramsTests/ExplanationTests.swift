import JobPrograms
import Testing

@Suite("What a kind's file means, in sentences,")
struct ExplanationTests {
  @Test("is all that the example declares")
  func example() throws {
    let expected = """
      sheet (a.yaml)
        Contact sheets.

      Program
        A job is a POST to /sheets. It runs /kinds/sheet --verbose
        in a sandbox, with the niceness 10 and without a network.
        It needs vips, of the Debian package libvips-tools.

      Input
        width: a whole number from 16 to 2000; 200 if it is absent.
        format: one of "jpeg", "png" or "webp"; "jpeg" if it is absent.

      Files
        photos: 1 to 50 files of the type image/jpeg, image/png or image/webp, of at most 20 MB each, \
      together at most 200 MB.

      Result
        A file of the type image/jpeg, image/png or image/webp, which the program writes to out/sheet.

      Limits
        A job is tried up to 2 times.
        An attempt may take 2m.
        Its processes may have 1 GB of memory together.
        It may have 64 processes and threads.
        Its files may have 50 MB together.
        The last 64 kB of its log are kept.
        The log is shown to the job's owner and the operator.
        A process of the service runs up to 2 at once.
        What is not said here is as the service is configured.

      Try it
        curl -i http://localhost:8080/sheets -F photos=@photos.jpg \
      -F 'input={"width":200,"format":"jpeg"};type=application/json'

      """
    #expect(try kind(sheets).explanation() == expected)
  }

  /// The last line.
  private func curl(_ text: String) throws -> Substring? {
    try kind(least + text).explanation(service: "https://example.org").split(separator: "\n").last
  }

  @Test("ends in a curl line with an input that the schema accepts")
  func curlLine() throws {
    #expect(try curl("") == "  curl -i https://example.org/sheets --json '{}'")
    let input = """
      input:
        type: object
        required: [name, when, size, tags, inner]
        properties:
          name: {type: string, minLength: 6}
          when: {type: string, format: date}
          size: {type: number, exclusiveMinimum: 3}
          tags: {type: array, minItems: 2, items: {enum: [a, b]}}
          inner: {type: object, required: [on], properties: {on: {type: boolean}}}
          note: {type: string}
          mood: {type: string, examples: ["it's; fine"]}

      """
    let json =
      #"{"name":"textxx","when":"2026-02-28","size":4,"tags":["a","a"],"inner":{"on":true},"mood":"it'\''s; fine"}"#
    #expect(try curl(input) == "  curl -i https://example.org/sheets --json '\(json)'")
    let form = json.replacing(";", with: #"\u003b"#)
    #expect(
      try curl("files: {scan: {types: [application/pdf]}, more: {min: 0}}\n" + input)
        == "  curl -i https://example.org/sheets -F scan=@scan.pdf -F 'input=\(form);type=application/json'")
  }

  @Test("ends in the schema's own example where it has one")
  func ownExample() throws {
    #expect(
      try curl("input: {type: object, properties: {a: {type: integer}}, examples: [{a: 12}]}\n")
        == #"  curl -i https://example.org/sheets --json '{"a":12}'"#)
  }

  @Test("says so where the input has to be changed")
  func refused() throws {
    let list = "{type: array, minItems: 2, uniqueItems: true, items: {type: integer}}"
    let input = "input: {type: object, required: [a], properties: {a: \(list)}}\n"
    #expect(
      try curl(input)
        == #"  curl -i https://example.org/sheets --json '{"a":[1,1]}'  "#
        + "# change the input: the schema refuses this one")
  }

  @Test("has no lines that its texts add, and shows no values of the environment")
  func safe() throws {
    let text = try kind(least + "title: \"a\\nb\"\nenv: {TOKEN: secret}\n").explanation()
    #expect(text.contains("  a\\u{a}b.\n"))
    #expect(text.contains("Its environment also has TOKEN."))
    #expect(!text.contains("secret"))
  }
}
