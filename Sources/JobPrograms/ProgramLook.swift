import Glibc

/// How a reader of kind files finds out about programs.
public struct ProgramLook: Sendable {
  public enum Answer: Hashable, Sendable {
    /// A regular file that may be executed.
    case executable
    case notExecutable
    /// A folder, a device or the like.
    case notAFile
    case missing
  }

  /// What is at an absolute path. It follows symbolic links.
  public var answer: @Sendable (_ path: String) -> Answer

  public init(_ answer: @escaping @Sendable (_ path: String) -> Answer) {
    self.answer = answer
  }

  /// Asks the file system, for the user of this process: the user whom the program runs as may be another one.
  public static let fileSystem = ProgramLook { path in
    var status = stat()
    guard stat(path, &status) == 0 else { return .missing }
    guard status.st_mode & S_IFMT == S_IFREG else { return .notAFile }
    let anyone = S_IXUSR | S_IXGRP | S_IXOTH
    return status.st_mode & anyone != 0 && access(path, X_OK) == 0 ? .executable : .notExecutable
  }

  /// Where commands are looked for: the `PATH` of every program.
  static let folders = ["/usr/local/bin", "/usr/bin", "/bin"]

  func hasCommand(_ name: String) -> Bool {
    Self.folders.contains { answer("\($0)/\(name)") == .executable }
  }
}
