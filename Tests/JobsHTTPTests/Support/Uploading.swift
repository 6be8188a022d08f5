import Foundation
import HTTPTypes
import JobFiles
import Jobs
import JobsHTTP
import Kinds
import StrictJSON
import TestSupport

@testable import FastCGI

extension Kind {
  /// Takes one to three pictures, and scalars of each type.
  static let sheets = Kind(
    "sheet", path: "sheets",
    input: #"""
      {
        "type": "object",
        "properties": {
          "width": {"type": "integer", "minimum": 16, "maximum": 2000, "default": 200},
          "ratio": {"type": "number"}, "isBright": {"type": "boolean"}, "caption": {"type": "string", "maxLength": 20},
          "format": {"enum": ["jpeg", "png"]}, "crop": {"type": "array", "items": {"type": "integer"}}
        }
      }
      """#,
    files: [
      InputFiles(name: "photos", count: 1...3, types: ["image/jpeg", "image/png"], each: 1000, total: 2500, minSize: 1)
    ], work: NoWork())

  /// Takes one PDF, and any number of notes, which may be anything.
  static let scans = Kind(
    "scan", path: "scans", input: #"{"type":"object","properties":{"language":{"type":"string"}}}"#,
    files: [
      InputFiles(name: "document", types: ["application/pdf", "text/plain"], each: 2000),
      InputFiles(name: "notes", count: 0...1000, each: 100),
    ], work: NoWork())
}

extension Kind {
  /// Takes up to two files of any type, or none.
  static let notes = Kind(
    "note", path: "notes", input: #"{"type":"object","properties":{"a":{"type":"string"}}}"#,
    files: [InputFiles(name: "pages", count: 0...2)], work: NoWork())
}

/// A part of a form.
struct Part: Sendable {
  var bytes: [UInt8]

  /// A line of the header, and the content.
  init(head: String, _ content: [UInt8]) {
    bytes = Array(head.utf8) + Array("\r\n\r\n".utf8) + content
  }

  static func field(_ name: String, _ value: String, type: String? = nil) -> Part {
    field(name, Array(value.utf8), type: type)
  }

  static func field(_ name: String, _ value: [UInt8], type: String? = nil) -> Part {
    Part(
      head: "Content-Disposition: form-data; name=\"\(name)\"" + (type.map { "\r\nContent-Type: \($0)" } ?? ""), value)
  }

  static func file(
    _ name: String, _ content: [UInt8], called title: String = "a.png", type: String? = nil
  ) -> Part {
    Part(
      head: "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(title)\""
        + (type.map { "\r\nContent-Type: \($0)" } ?? ""), content)
  }
}

/// What is kept of a file.
struct SentFile: Hashable, Sendable {
  var title: String?
  var type: String
  var bytes: [UInt8]?
}

/// Contents whose first bytes say what they are.
enum Sample {
  static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
  static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 9]
  static let pdf = Array("%PDF-1.7 test".utf8)

  static func png(_ count: Int) -> [UInt8] { png + [UInt8](repeating: 7, count: count - png.count) }
}

extension OrderService {
  static let boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW"

  static func form(_ parts: [Part]) -> [UInt8] {
    parts.flatMap { Array("--\(boundary)\r\n".utf8) + $0.bytes + Array("\r\n".utf8) }
      + Array("--\(boundary)--\r\n".utf8)
  }

  /// A form.
  func upload(
    _ parts: [Part], to target: String = "/sheets", _ fields: HTTPFields = [:], piece: Int = 65_536, user: String? = nil
  ) async -> Answer {
    await upload(
      body: Self.form(parts), type: "multipart/form-data; boundary=\(Self.boundary)", to: target, fields, piece: piece,
      user: user)
  }

  /// What the server does with a body: a receiver takes it in pieces, where there is one.
  func upload(
    body: [UInt8], type: String?, to target: String = "/sheets", _ fields: HTTPFields = [:], piece: Int = 65_536,
    isWhole: Bool = true, user: String? = nil
  ) async -> Answer {
    var fields = fields
    if let type { fields[.contentType] = type }
    let announced = AnnouncedBody(method: "POST", target: target, contentType: type.map { Array($0.utf8) })
    var parameters = [(name: "REQUEST_ID", value: "r1"), (name: "REMOTE_ADDR", value: "127.0.0.1")]
    if let user { parameters.append((name: "REMOTE_USER", value: user)) }
    var request = Request(
      method: .post, target: target, headerFields: fields, parameters: Parameters(parameters),
      body: isWhole ? .complete(body) : .truncated)
    if let receiver = api.receiver?(announced) {
      for start in stride(from: 0, to: body.count, by: piece) {
        body[start..<min(body.count, start + piece)].withUnsafeBytes(receiver.take)
      }
      receiver.end(isWhole: isWhole)
      request = Request(
        method: .post, target: target, headerFields: fields, parameters: Parameters(parameters),
        body: isWhole ? .complete([]) : .truncated, receiver: receiver)
    }
    return Answer(await api.respond(to: request))
  }

  /// The stored names of all files in the store's folder.
  var storedFiles: [String] { StoredFiles(path: folder.path + "/orders.sqlite-files").names }

  func sent(_ file: InputFile) -> SentFile {
    SentFile(title: file.title, type: file.file.type, bytes: content(of: file))
  }

  func content(of file: InputFile) -> [UInt8]? {
    FileManager.default.contents(atPath: folder.path + "/orders.sqlite-files/" + file.file.stored).map { Array($0) }
  }
}

extension Answer {
  /// Of each fault: where, and what.
  var faults: [String] {
    body["errors"]?.elements.map { "\($0["pointer"]?.text ?? "") \($0["detail"]?.text ?? "")" } ?? []
  }
}
