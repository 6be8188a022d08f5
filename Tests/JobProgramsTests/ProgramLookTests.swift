import JobPrograms
import Testing

@Suite("The program of a kind's file")
struct ProgramLookTests {
  private func look(_ answers: [String: ProgramLook.Answer]) -> ProgramLook {
    ProgramLook { answers[$0] ?? .missing }
  }

  @Test(
    "has to be there and executable",
    arguments: [
      (
        .missing,
        "/kinds/sheet is not there. Write ./NAME for a program beside this file, or an absolute path such as "
          + "/usr/bin/env."
      ),
      (.notExecutable, "/kinds/sheet may not be executed. Allow it: chmod +x /kinds/sheet"),
      (.notAFile, "/kinds/sheet is not a file. It must be a program."),
    ] as [(ProgramLook.Answer, String)])
  func program(answer: ProgramLook.Answer, detail: String) {
    #expect(mistake(least, look: look(["/kinds/sheet": answer])) == "a.yaml:3: program[0]: \(detail)")
  }

  @Test("needs its commands, and the error names the package")
  func requirements() {
    let text = least + "requires:\n  vips: libvips-tools\n"
    #expect(
      mistake(text, look: look(["/kinds/sheet": .executable]))
        == "a.yaml:5: requires: vips is not in /usr/local/bin, /usr/bin or /bin. Install it: apt install libvips-tools")
    #expect(mistake(text, look: look(["/kinds/sheet": .executable, "/usr/bin/vips": .executable])) == nil)
  }

  @Test("is seen outside of the system's folders where it may be read, or where there is no sandbox")
  func seen() {
    let text = "name: sheet\npath: sheets\nprogram: [/opt/sheet/run]\n"
    #expect(
      mistake(text)
        == "a.yaml:3: program[0]: /opt/sheet/run is not seen in the sandbox, which has /usr and the kind's folder. "
        + "Add its folder: read: [/opt/sheet].")
    #expect(mistake(text + "read: [/opt/sheet]\n") == nil)
    #expect(mistake(text + "read: [/opt/she]\n") != nil)
    #expect(mistake(text + "sandbox: none\n") == nil)
  }
}
