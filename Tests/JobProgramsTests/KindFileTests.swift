import JobPrograms
import Jobs
import Kinds
import StrictJSON
import Testing

@Suite("A kind's file")
struct KindFileTests {
  @Test("is read as the contract shows it, word for word")
  func example() throws {
    let kind = try kind(sheets)
    let images = ["image/jpeg", "image/png", "image/webp"]
    #expect(kind.name == "sheet")
    #expect(kind.path == "sheets")
    #expect(kind.title == "Contact sheets")
    #expect(kind.description == nil)
    #expect(kind.program == ["/kinds/sheet", "--verbose"])
    #expect(kind.programInFolder == "sheet")
    #expect(kind.requires == ["vips": "libvips-tools"])
    #expect(try kind.input == JSONReader.read(Array(Self.input.utf8)))
    #expect(kind.result == .file(DeclaredFile(name: "sheet", types: images)))
    #expect(kind.limits == KindLimits(time: .seconds(120), jobs: 2))
    #expect(
      kind.programLimits
        == ProgramLimits(memory: 1_000_000_000, processes: 64, output: 50_000_000, log: 64_000, grace: nil))
    #expect(kind.attempts == 2)
    let photos = InputFiles(
      name: "photos", count: 1...50, types: images, each: 20_000_000, total: 200_000_000, minSize: 0)
    #expect(kind.files == [photos])
  }

  private static let input = """
    {"type":"object","properties":{"width":{"type":"integer","minimum":16,"maximum":2000,"default":200},
    "format":{"enum":["jpeg","png","webp"],"default":"jpeg"}}}
    """

  @Test("says nothing of most things, and what it doesn't say is safe")
  func leastFile() throws {
    let kind = try kind(least)
    #expect(kind.title == nil)
    #expect(kind.requires == [:])
    #expect(kind.files == [])
    #expect(kind.result == .bytes)
    #expect(kind.limits == KindLimits())
    #expect(kind.programLimits == ProgramLimits())
    #expect(kind.attempts == nil)
    #expect(kind.keep == nil)
    #expect(kind.nice == 10)
    #expect(kind.env == [:])
    #expect(kind.read == [])
    #expect(!kind.network)
    #expect(kind.logReader == .owner)
    #expect(kind.sandbox == .required)
    try kind.schema.check(.object([]))
    #expect(throws: InvalidBody.self) { try kind.schema.check(.object([.init("a", .null)])) }
  }

  @Test("can say all that there is to say")
  func everything() throws {
    let kind = try kind(
      least + """
        title: "Yes"
        description: |
          Makes sheets.
        limits:
          {grace: 500ms, jobsInAll: 4, waiting: 100, waitingBytes: 1GiB, body: 64KiB, result: 1MiB}
        keep: 30d
        nice: 0
        env: {MODEL: small, THREADS: 4, DEBUG: no, EMPTY: ""}
        read: [/opt/models]
        network: yes
        log: {show: operator}
        sandbox: none
        result: {files: {text.txt: {types: [text/plain]}, scan.json: {types: [application/json]}}}

        """)
    #expect(kind.title == "Yes")
    #expect(kind.description == "Makes sheets.")
    #expect(
      kind.limits
        == KindLimits(body: 65_536, result: 1 << 20, jobsInAll: 4, waiting: 100, waitingBytes: 1 << 30))
    #expect(kind.programLimits == ProgramLimits(grace: .milliseconds(500)))
    #expect(kind.keep == .time(.seconds(30 * 86_400)))
    #expect(kind.nice == 0)
    #expect(kind.env == ["MODEL": "small", "THREADS": "4", "DEBUG": "no", "EMPTY": ""])
    #expect(kind.read == ["/opt/models"])
    #expect(kind.network)
    #expect(kind.logReader == .operator)
    #expect(kind.sandbox == .none)
    #expect(
      kind.result
        == .files([
          DeclaredFile(name: "text.txt", types: ["text/plain"]),
          DeclaredFile(name: "scan.json", types: ["application/json"]),
        ]))
  }

  @Test("can keep jobs for ever")
  func forEver() throws {
    #expect(try kind(least + "keep: forever\n").keep == .forEver)
  }

  @Test(
    "says yes and no to the network in four words",
    arguments: [("yes", true), ("no", false), ("true", true), ("false", false), ("No", false)])
  func network(word: String, isAllowed: Bool) throws {
    #expect(try kind(least + "network: \(word)\n").network == isAllowed)
  }

  @Test(
    "finds the program in its folder unless its path is absolute",
    arguments: [
      ("./sheet", "/kinds/sheet", "sheet"), ("sheet", "/kinds/sheet", "sheet"),
      ("./bin//sheet", "/kinds/bin/sheet", "bin/sheet"), ("/usr/bin/env", "/usr/bin/env", nil),
      ("/usr/./bin/env", "/usr/bin/env", nil), ("/kinds/sheet", "/kinds/sheet", "sheet"),
    ] as [(String, String, String?)])
  func program(word: String, path: String, inFolder: String?) throws {
    let kind = try kind("name: sheet\npath: sheets\nprogram: [\(word), -n, 4, yes, \"\"]\n")
    #expect(kind.program == [path, "-n", "4", "yes", ""])
    #expect(kind.programInFolder == inFolder)
  }

  @Test("keeps the digits of numbers, and texts that older YAML took for truth values, in the input's schema")
  func digits() throws {
    let kind = try kind(
      least + """
        input:
          type: object
          properties:
            a: {type: number, minimum: -0.10, maximum: 12345678901234567890.50, default: 1e2}
            b: {enum: [yes, no, on, off, 2026-02-28, 1:30, "7", 7, true, ~]}

        """)
    let expected = """
      {"type":"object","properties":{
      "a":{"type":"number","minimum":-0.10,"maximum":12345678901234567890.50,"default":1e2},
      "b":{"enum":["yes","no","on","off","2026-02-28","1:30","7",7,true,null]}}}
      """
    #expect(try kind.input == JSONReader.read(Array(expected.utf8)))
  }
}
