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
  /// A folder that can't be read is an error without a line. One that has no such file has no kinds.
  ///
  /// A kind must not have a name or a path that is among `taken`.
  public static func read(
    folder: String, besides taken: TakenWords = TakenWords(), look: ProgramLook = .fileSystem
  ) -> KindFiles {
    do throws(KindFileError) {
      let folder = try KindFolder(path: folder)
      var files: [Result<KindFile, KindFileError>] = []
      for name in folder.names {
        files.append(Result { () throws(KindFileError) in try folder.kind(name, look: look) })
      }
      return KindFiles(files, besides: taken)
    } catch {
      return KindFiles([.failure(error)], besides: taken)
    }
  }

  /// Reads one kind's file, as ``read(folder:besides:look:)`` does with each.
  public static func read(file path: String, look: ProgramLook = .fileSystem) throws(KindFileError) -> KindFile {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    return try KindFolder(path: folder).kind(slash.map { String(path[path.index(after: $0)...]) } ?? path, look: look)
  }

  /// Refuses a file whose kind has the name or the path of an earlier one, or of what is not a file.
  init(_ files: [Result<KindFile, KindFileError>], besides taken: TakenWords) {
    var kinds: [KindFile] = []
    var errors: [KindFileError] = []
    for file in files {
      switch file {
      case .failure(let error): errors.append(error)
      case .success(let kind):
        if let error = kind.conflict(with: taken)
          ?? kinds.lazy.compactMap({ kind.conflict(with: $0) }).first
        {
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
    if name == other.name { return nameIsTaken(by: "\(other.file):\(other.lines.name)") }
    if path == other.path { return pathIsTaken(by: "\(other.file):\(other.lines.path)") }
    return nil
  }

  fileprivate func conflict(with taken: TakenWords) -> KindFileError? {
    taken.names[name].map(nameIsTaken) ?? taken.paths[path].map(pathIsTaken)
  }

  private func nameIsTaken(by owner: String) -> KindFileError {
    KindFileError(
      file: file, line: lines.name, detail: "name: \(owner) has \(name) too. Each kind needs a name of its own.")
  }

  private func pathIsTaken(by owner: String) -> KindFileError {
    KindFileError(
      file: file, line: lines.path, detail: "path: \(owner) has \(path) too. Each kind needs a path of its own.")
  }
}
