import Foundation
import TestSupport

/// A folder with the file of one kind, and its program, which answers with its input.
struct KindFolder {
  private let folder: TemporaryFolder
  var path: String { folder.path }

  init() throws {
    folder = try TemporaryFolder()
    chmod(path, 0o755)
    try write("echo", "#!/bin/sh\nexec cat\n")
    chmod(path + "/echo", 0o755)
    try write("echo.yaml", Self.echo(most: 10))
  }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
  }

  /// A text to be repeated at most so many times.
  static func echo(most: Int) -> String {
    """
    name: echo
    path: echoes
    title: Echoes
    description: Answers with what was asked.
    program: [./echo]
    input:
      type: object
      required: [text]
      properties:
        text: {type: string, minLength: 1}
        times: {type: integer, minimum: 1, maximum: \(most), default: 1}
    """ + "\n"
  }
}
