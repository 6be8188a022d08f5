import Glibc

/// A folder with kind files.
struct KindFolder: Sendable {
  /// As the caller named it: for messages.
  let path: String
  /// Absolute, without symbolic links.
  let realPath: String
  /// Of the kind files, sorted by bytes.
  let names: [String]

  init(path: String) throws(KindFileError) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard let realPath = Self.realPath(path) else { throw Self.unreadable(path, errno) }
    self.realPath = realPath
    names = try Self.names(in: path)
  }

  private static func names(in path: String) throws(KindFileError) -> [String] {
    guard let folder = opendir(path) else { throw unreadable(path, errno) }
    defer { closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else { break }
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(".yaml"), !name.hasPrefix(".") { names.append(name) }
    }
    guard errno == 0 else { throw unreadable(path, errno) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func unreadable(_ path: String, _ number: Int32) -> KindFileError {
    KindFileError(
      file: path, line: nil, detail: "This can't be read as a folder of *.yaml files: \(reason(number)).")
  }

  private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }

  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  func kind(_ name: String, look: ProgramLook) throws(KindFileError) -> KindFile {
    let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    return try KindFile(reading: text(of: name, file), file: file, folder: realPath, look: look)
  }

  private func text(of name: String, _ file: String) throws(KindFileError) -> String {
    func error(_ line: Int?, _ detail: String) -> KindFileError {
      KindFileError(file: file, line: line, detail: detail)
    }
    guard let real = Self.realPath("\(realPath)/\(name)") else {
      throw error(nil, "This can't be read: \(Self.reason(errno)). It must be a file.")
    }
    guard KindReader.isPath(real, in: realPath) else {
      throw error(nil, "This is a link out of the folder, to \(real). Put the file, and its program, into the folder.")
    }
    let bytes: [UInt8]
    switch Self.bytes(of: real) {
    case .success(let content): bytes = content
    case .failure(let fault): throw error(nil, fault.detail)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error(Self.lineOfFault(in: bytes), "This is not UTF-8. A kind file is text in UTF-8.")
    }
    return text
  }

  /// One byte more than a kind file may have, where there are so many.
  private static func bytes(of path: String) -> Result<[UInt8], Fault> {
    // Opening a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return .failure(Fault(line: nil, "This can't be read: \(reason(errno)).")) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return .failure(Fault(line: nil, "This is not a file. A kind file is text in UTF-8."))
    }
    var bytes = [UInt8](repeating: 0, count: KindFile.longestFile + 1)
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count) }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { return .failure(Fault(line: nil, "This can't be read: \(reason(errno)).")) }
      if read == 0 { break }
      count += read
    }
    // A cut within a character must not hide that the file is too long.
    guard count <= KindFile.longestFile else { return .failure(KindFile.tooLong) }
    return .success(Array(bytes[..<count]))
  }

  /// The line of the first byte that no UTF-8 has there.
  private static func lineOfFault(in bytes: [UInt8]) -> Int {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return 1 + (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0)
  }
}
