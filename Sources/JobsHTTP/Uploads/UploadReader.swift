import FastCGI
import JobFiles
import Jobs
import Kinds
import Multipart
import StrictJSON

/// Reads a body with files: a form (RFC 7578), or one file alone. Files go to disk as they come, everything else is small.
/// The first thing that makes the whole body useless decides, and the rest passes. One thread at a time; the calls block.
final class UploadReader {
  /// What a body is made of.
  enum Form {
    case parts(MultipartParser)
    /// Its type names no boundary that a body can have.
    case unreadable(MultipartError)
    /// The file is the body, and this its type; the values are those of the query.
    case file(InputFiles, type: MediaType?, [QueryItems.Item])
  }

  private enum Part {
    case file(ReceivedFile)
    case field(String, [UInt8])
    /// It was refused, and its bytes are not kept.
    case passing
  }

  private let kind: Kind
  private let folder: FileFolder
  /// Makes the job's input of the body's members, beside the faults that were found in parts.
  private let accept: (JSON, InvalidBody) throws -> (input: [UInt8], callback: String?)
  private var form: Form
  private var part: Part?
  private var files: [ReceivedFile] = []
  /// How many files of a name were refused for their name or number.
  private var refused: [String: Int] = [:]
  private var fields = UploadFields()
  private var faults = InvalidBody()
  private var failure: (any Error)?
  private var length = 0

  init(
    _ form: Form, of kind: Kind, in folder: FileFolder,
    accept: @escaping @Sendable (JSON, InvalidBody) throws -> (input: [UInt8], callback: String?)
  ) {
    self.form = form
    self.kind = kind
    self.folder = folder
    self.accept = accept
  }

  func take(_ bytes: UnsafeRawBufferPointer) {
    guard failure == nil else { return }
    failing {
      length += bytes.count
      if let most = kind.mostUploaded, length > most { throw Problem.bodyTooLarge(limit: most) }
      switch form {
      case .parts(var parser):
        defer { form = .parts(parser) }
        try take(bytes, from: &parser)
      case .unreadable(let error): throw Problem.malformedMultipart(error)
      case .file(let declared, let type, _):
        if part == nil { part = try begin(declared, called: nil, type: type) }
        try append(bytes)
      }
    }
  }

  /// What was submitted, with its files on disk. Throws why it is refused; then none of them is left.
  func end(isWhole: Bool) throws -> Upload.Submitted {
    failing {
      guard isWhole else { throw Problem.truncatedBody }
      try endForm()
      for declared in kind.files { declared.require(count(of: declared.name), &faults) }
    }
    do {
      if let failure { throw failure }
      var (body, faults) = try fields.body(of: kind)
      faults.add(self.faults)
      let (input, callback) = try accept(body, faults)
      let stored = try kind.files.flatMap { declared in
        try files.filter { $0.declared.name == declared.name }.map { try $0.seal() }
      }
      if !stored.isEmpty { try folder.flush() }
      return Upload.Submitted(input: input, callback: callback, files: stored)
    } catch {
      discardAll()
      throw error
    }
  }

  func discardAll() {
    if case .file(let file) = part { file.discard() }
    for file in files { file.discard() }
    (part, files) = (nil, [])
  }

  private func failing(_ step: () throws -> Void) {
    guard failure == nil else { return }
    do {
      try step()
    } catch {
      failure = error
      discardAll()
    }
  }

  private func endForm() throws {
    switch form {
    case .parts(let parser):
      do throws(MultipartError) {
        try parser.finish()
      } catch {
        throw Problem.malformedMultipart(error)
      }
    case .unreadable(let error): throw Problem.malformedMultipart(error)
    case .file(let declared, let type, let values):
      // An empty body is an empty file.
      if part == nil { part = try begin(declared, called: nil, type: type) }
      try endPart()
      for value in values { fields.add(value.name, value.value.map { Array($0.utf8) } ?? [0xFF]) }
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer, from parser: inout MultipartParser) throws {
    let piece = bytes.bindMemory(to: UInt8.self)
    while let event = try next(in: piece.span, from: &parser) {
      switch event {
      case .partBegins(let head): part = try begin(head)
      case .bytes(let range): try append(UnsafeRawBufferPointer(rebasing: bytes[range]))
      case .heldBytes(let held): try held.withUnsafeBytes(append)
      case .partEnds: try endPart()
      case .bodyEnds: break
      }
    }
  }

  private func next(in piece: Span<UInt8>, from parser: inout MultipartParser) throws(Problem) -> MultipartEvent? {
    do throws(MultipartError) {
      return try parser.next(in: piece)
    } catch {
      throw Problem.malformedMultipart(error)
    }
  }

  private func begin(_ head: PartHead) throws -> Part {
    guard let declared = kind.files.first(where: { $0.name == head.name }) else {
      // A client may send a value out of a file, too.
      guard head.fileName != nil, head.name != "input", !kind.hasProperty(head.name) else {
        return .field(head.name, [])
      }
      return refuse(head.name, "No file of this name can be sent.")
    }
    return try begin(declared, called: head.fileName, type: head.contentType.flatMap { MediaType($0) })
  }

  private func begin(_ declared: InputFiles, called title: String?, type: MediaType?) throws -> Part {
    let number = count(of: declared.name)
    guard number < declared.count.upperBound else {
      return refuse(
        declared.name,
        "At most \(declared.count.upperBound) file\(declared.count.upperBound == 1 ? "" : "s") can be sent.")
    }
    return .file(
      ReceivedFile(
        declared, number: number, title: title, type: type, limit: declared.mostTotal - received(declared),
        writer: try FileWriter(in: folder)))
  }

  /// A file with no place among those of its name.
  private func refuse(_ name: String, _ detail: String) -> Part {
    let number = count(of: name) + refused[name, default: 0]
    faults.add(JSONPointer.files(name).appending(number), detail)
    refused[name, default: 0] += 1
    return .passing
  }

  private func count(of name: String) -> Int { files.count { $0.declared.name == name } }

  private func received(_ declared: InputFiles) -> Int {
    files.reduce(0) { $0 + ($1.declared.name == declared.name ? $1.size : 0) }
  }

  private func append(_ bytes: UnsafeRawBufferPointer) throws {
    switch part {
    case .file(let file): try file.append(bytes)
    case .field(let name, var value):
      part = nil
      try fields.reserve(bytes.count, limit: kind.limits.body)
      value.append(contentsOf: bytes)
      part = .field(name, value)
    case .passing, nil: break
    }
  }

  private func endPart() throws {
    defer { part = nil }
    switch part {
    case .file(let file):
      // A form whose field for files was left empty.
      guard !file.isAbsent else { return file.discard() }
      part = nil
      files.append(file)
      if let fault = try file.check() { faults.add(fault.pointer, fault.detail) }
    case .field(let name, let value): fields.add(name, value)
    case .passing, nil: break
    }
  }
}
