/// The kinds that the files of one folder declare, and the mistakes in all of them.
public struct KindFiles: Sendable {
  /// In the order of the files' names. Where there are errors a service must not start with these.
  public let kinds: [KindFile]
  /// One for each file that is refused, in the order of the files' names.
  public let errors: [KindFileError]

  /// Reads every `*.yaml` in the folder. A hidden file is left out, as are folders below and other names.
  ///
  /// A symbolic link is followed to a file that is in the folder or below it, as in a mounted ConfigMap. A link that
  /// leads out of the folder is an error: its program would be looked for beside the link, and a package's check of the
  /// folder's owner says nothing about its target.
  ///
  /// A folder that can't be read, or has no such file, is an error without a line.
  public static func read(folder: String, look: ProgramLook = .fileSystem) -> KindFiles {
    do throws(KindFileError) {
      let folder = try KindFolder(path: folder)
      var files: [Result<KindFile, KindFileError>] = []
      for name in folder.names {
        files.append(Result { () throws(KindFileError) in try folder.kind(name, look: look) })
      }
      return KindFiles(files)
    } catch {
      return KindFiles([.failure(error)])
    }
  }

  /// Refuses a file whose kind has the name or the path of an earlier one.
  init(_ files: [Result<KindFile, KindFileError>]) {
    var kinds: [KindFile] = []
    var errors: [KindFileError] = []
    for file in files {
      switch file {
      case .failure(let error): errors.append(error)
      case .success(let kind):
        if let error = kinds.lazy.compactMap({ kind.conflict(with: $0) }).first {
          errors.append(error)
        } else {
          kinds.append(kind)
        }
      }
    }
    self.kinds = kinds
    self.errors = errors
  }
}

extension KindFile {
  fileprivate func conflict(with other: KindFile) -> KindFileError? {
    func error(_ line: Int, _ key: String, _ value: String) -> KindFileError {
      let place = "\(other.file):\(key == "name" ? other.lines.name : other.lines.path)"
      return KindFileError(
        file: file, line: line, detail: "\(key): \(place) has \(value) too. Each kind needs a \(key) of its own.")
    }
    if name == other.name { return error(lines.name, "name", name) }
    if path == other.path { return error(lines.path, "path", path) }
    return nil
  }
}
