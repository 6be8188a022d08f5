import FastCGI
import JobFiles
import Jobs
import Kinds
import StrictJSON

/// One file of an upload: held to what its kind declares, and on its way to disk.
final class ReceivedFile {
  let declared: InputFiles
  private let number: Int
  private let title: String?
  /// As the client says; `nil` where that is nothing.
  private let declaredType: MediaType?
  /// Bytes that all files of this name may still have.
  private let limit: Int
  private let writer: FileWriter
  private var type = "application/octet-stream"

  /// `type` is the client's own word.
  init(
    _ declared: InputFiles, number: Int, title: String?, type: MediaType?, limit: Int, writer: FileWriter
  ) {
    self.declared = declared
    self.number = number
    self.title = title
    declaredType = type.flatMap { $0 == .anyBytes ? nil : $0 }
    self.limit = limit
    self.writer = writer
  }

  var size: Int { Int(writer.size) }

  /// Forms send a part without a name and bytes for a field that was left empty.
  var isAbsent: Bool { size == 0 && title == "" }

  var pointer: JSONPointer { declared.pointer.appending(number) }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    let size = size + bytes.count
    guard size <= declared.mostEach else {
      throw Problem.fileTooLarge("\(name) is too long", limit: declared.mostEach)
    }
    guard size <= limit else {
      throw Problem.fileTooLarge("The files of \(declared.name) are together too long", limit: declared.mostTotal)
    }
    try writer.write(bytes)
  }

  /// What is wrong with a whole file; throws where that is its type. Its first bytes decide.
  func check() throws(Problem) -> InvalidBody.Violation? {
    guard size >= declared.minSize else {
      return .init(
        pointer, declared.minSize == 1 ? "This file is empty." : "This file has fewer than \(declared.minSize) bytes.")
    }
    let signature = FileSignature(writer.beginning)
    let said = declaredType.map { "\($0.type)/\($0.subtype)" }
    if let said, !FileSignature.allows(said, signature) {
      let found = signature.map { "is \($0.rawValue)" } ?? "is something else"
      throw Problem.unsupportedFile(pointer, "\(name) is sent as \(said) and \(found) by its first bytes.")
    }
    if declared.types.isEmpty {
      type = said ?? signature?.rawValue ?? type
    } else if let said, declared.types.contains(said) {
      type = said
    } else if said == nil || signature != nil, let found = FileSignature.type(of: signature, among: declared.types) {
      type = found
    } else {
      throw Problem.unsupportedFile(pointer, "\(name) is not of the type \(declared.types.joined(separator: " or ")).")
    }
    return nil
  }

  /// On disk when this returns and its folder has been flushed.
  func seal() throws(StoreError) -> InputFile {
    let sealed = try writer.seal()
    return InputFile(
      number: number, title: title,
      file: JobFile(
        name: declared.name, type: type, size: sealed.size, digest: sealed.digest, stored: writer.stored))
  }

  func discard() { writer.discard() }

  private var name: String {
    guard let title, !title.isEmpty else { return "\(declared.name)/\(number)" }
    return "\(declared.name)/\(number) (\(title.quoted))"
  }
}

extension InputFiles {
  var pointer: JSONPointer { .files(name) }

  /// Adds a fault at the first that is missing where `count` files are too few.
  func require(_ count: Int, _ faults: inout InvalidBody) {
    let least = self.count.lowerBound
    guard count < least else { return }
    faults.add(pointer.appending(count), least == 1 ? "A file is missing." : "At least \(least) files are needed.")
  }
}

extension JSONPointer {
  /// Of faults: `/files/photos`.
  static func files(_ name: String) -> JSONPointer { root.appending("files").appending(name) }
}

extension MediaType {
  /// Says nothing of what the bytes are.
  static let anyBytes = MediaType("application/octet-stream")!
}
