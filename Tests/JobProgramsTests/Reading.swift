import JobPrograms
import Jobs

/// For kinds that nothing works on.
struct NoWork: Workload {
  func run(_ input: [UInt8], in context: JobContext) async throws -> [UInt8] { [] }
}

/// The example of the contract, word for word.
let sheets = """
  # kinds/sheets.yaml
  name: sheet
  path: sheets
  title: Contact sheets
  program: [./sheet, --verbose]       # beside this file, or an absolute path; no shell, nothing from the request in argv
  requires: {vips: libvips-tools}     # checked at start: the error names the Debian package
  input:
    type: object
    properties:
      width:  {type: integer, minimum: 16, maximum: 2000, default: 200}
      format: {enum: [jpeg, png, webp], default: jpeg}
  files:
    photos: {min: 1, max: 50, types: [image/jpeg, image/png, image/webp], each: 20MB, total: 200MB}
  result: {file: sheet, types: [image/jpeg, image/png, image/webp]}
  limits: {time: 2m, memory: 1GB, processes: 64, output: 50MB, log: 64kB, jobs: 2}
  attempts: 2
  # read: [/opt/models]               more paths it may read
  # env: {MODEL: small}               more environment; secrets come as files, not here
  # network: no

  """

/// Three lines that make a kind, so that what a test adds begins in line 4.
let least = "name: sheet\npath: sheets\nprogram: [./sheet]\n"

extension ProgramLook {
  static let everything = ProgramLook { _ in .executable }
}

/// A file `a.yaml` in `/kinds`.
func kind(_ text: String, file: String = "a.yaml", look: ProgramLook = .everything) throws(KindFileError) -> KindFile {
  try KindFile(reading: text, file: file, folder: "/kinds", look: look)
}

/// The line that is printed, or `nil` where nothing is wrong.
func mistake(_ text: String, look: ProgramLook = .everything) -> String? {
  do throws(KindFileError) {
    _ = try kind(text, look: look)
    return nil
  } catch {
    return error.description
  }
}
