import JobPrograms
import Jobs
import Kinds
import StrictJSON
import Testing

@Suite("The kind of a kind's file")
struct KindOfFileTests {
  @Test("has what the file declares")
  func declared() throws {
    let made = try kind(sheets + "description: Many in one.\nkeep: 1d\n").kind(work: NoWork())
    #expect(made.name == JobKind(rawValue: "sheet"))
    #expect(made.path == "sheets")
    #expect(made.noun == "sheet")
    #expect(made.title == "Contact sheets")
    #expect(made.description == "Many in one.")
    #expect(made.resultType == "image/jpeg")
    #expect(made.limits == KindLimits(time: .seconds(120), jobs: 2))
    #expect(made.log == .owner)
    #expect(made.attempts == 2)
    #expect(made.keep == .time(.seconds(86_400)))
    #expect(made.example == #"{"width":200,"format":"jpeg"}"#)
    #expect(try made.input(of: JSONReader.read(Array(#"{"width":2e2}"#.utf8))) == Array(#""width":2e2"#.utf8))
    #expect(throws: InvalidBody.self) { try made.input(of: JSONReader.read(Array(#"{"width":15}"#.utf8))) }
  }

  @Test("is another declaration where the file, or the folder of its program, is another one")
  func declaration() throws {
    let file = JobProgramsTests.least
    func declaration(_ text: String, folder: String = "/kinds") throws -> [UInt8] {
      try KindFile(reading: text, file: "a.yaml", folder: folder, look: .everything).kind(work: NoWork()).declaration
    }
    let first = try declaration(file)
    #expect(try declaration(file) == first)
    #expect(try declaration(file + "env: {MODEL: small}\n") != declaration(file + "env: {MODEL: large}\n"))
    #expect(try declaration(file + "# A note.\n") != first)
    #expect(try declaration(file, folder: "/other") != first)
  }

  @Test("has no title of its own where the file has none, and JSON as its result")
  func least() throws {
    let made = try kind(JobProgramsTests.least).kind(work: NoWork())
    #expect(made.title == "Sheets")
    #expect(made.resultType == "application/json")
    #expect(made.example == "{}")
  }
}
