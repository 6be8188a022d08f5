import Glibc
import Jobs
import Kinds

/// The folder `in` of an attempt: what came with the job, as `in/NAME/NUMBER`. They are copies, so that a program of another
/// user gets nothing of the store's folder to see, and each attempt finds them as they came.
struct InputFolder {
  private let path: String

  /// Makes it with an empty folder for each name.
  init(of workFolder: String, for declared: [InputFiles]) throws(SystemFault) {
    path = workFolder + "/in"
    guard !declared.isEmpty else { return }
    for folder in [path] + declared.map({ "\(path)/\($0.name)" }) {
      guard mkdir(folder, 0o755) == 0, chmod(folder, 0o755) == 0 else { throw SystemFault("mkdir \(folder)") }
    }
  }

  /// Blocks. Throws ``WorkNotBegun`` where a file can't be read or copied.
  func fill(with files: [InputFile], of context: JobContext) throws {
    for file in files {
      let source = try context.open(file)
      defer { close(source) }
      do throws(SystemFault) {
        try FileWriting.copy(source, bytes: file.file.size, to: "\(path)/\(file.file.name)/\(file.number)", mode: 0o444)
      } catch {
        throw WorkNotBegun(sandbox: "\(error)")
      }
    }
  }
}
