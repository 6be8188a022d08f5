import FastCGI
import HTTPTypes
import Jobs
import Kinds
import StrictJSON

/// Files of results. The web server sends them: it gets their place in `X-Accel-Redirect`, once the user was checked, and
/// answers HEAD, ranges and the conditions of the request for a file by itself.
extension API {
  /// `GET /scans/3/result/text.txt`.
  func file(_ name: String, _ call: Call, _ id: JobID) async throws -> Response {
    let (job, seconds) = try await complete(call, id)
    return try await send(name, of: job, call, waited: seconds)
  }

  /// `GET /scans/3/files/document/0`: what came with the job, as it came.
  func inputFile(_ name: String, _ call: Call, _ id: JobID) async throws -> Response {
    let job = try await job(id, call, withInput: false)
    let path = call.request.target.prefix { $0 != "?" && $0 != "#" }
    let number = path.split(separator: "/").last.flatMap { Int($0) }
    let files = try await store.inputFiles(of: id)
    guard let file = files.first(where: { $0.file.name == name && $0.number == number }) else {
      _ = try await self.job(id, call, withInput: false)
      throw Problem.notFound
    }
    var response = response(sending: file.file, called: file.title, call)
    announceEnd(of: job, call.kind, in: &response)
    return response
  }

  func send(_ name: String, of job: Job, _ call: Call, waited seconds: Int?) async throws -> Response {
    guard let file = try await store.files(of: job.id).first(where: { $0.name == name }) else {
      // It may have expired since it was read.
      _ = try await self.job(job.id, call, withInput: false)
      throw StoreError(.unusable, operation: "files", cause: "job \(job.id) is complete and has no file \(name)")
    }
    var response = response(sending: file, called: file.name, call)
    announceEnd(of: job, call.kind, in: &response)
    if let seconds { response.headerFields.append(.waited(seconds)) }
    return response
  }

  private func response(sending file: JobFile, called title: String?, _ call: Call) -> Response {
    let address = internalAddress("/.files/\(file.stored)", for: call.request)
    var response = Response(status: .ok, headerFields: [.accelRedirect: address])
    // What no browser takes for a page may be shown in one; the rest is for the disk.
    let place = Self.isShown(file.type) ? "inline" : "attachment"
    response.headerFields.append(HTTPField(name: .contentType, value: Self.typed(file.type)))
    let name = title.map { "; filename*=UTF-8''\(Self.encodedName($0))" } ?? ""
    response.headerFields.append(HTTPField(name: .contentDisposition, value: place + name))
    response.headerFields.append(.noCache)
    return response
  }

  /// Of a path the last part alone (RFC 8187, section 3.2.1; RFC 6266, section 4.3).
  private static func encodedName(_ title: String) -> String {
    (title.split { $0 == "/" || $0 == "\\" }.last ?? "").percentEncoded
  }

  /// `GET /scans/3/result` of a kind with several files.
  static func list(_ files: [JobFile]) -> [UInt8] {
    var writer = JSONWriter()
    writer.raw("[")
    for (index, file) in files.enumerated() {
      writer.raw(index > 0 ? ",{\"name\":" : "{\"name\":")
      writer.string(file.name)
      writer.raw(",\"type\":")
      writer.string(file.type)
      writer.raw(",\"size\":")
      writer.integer(file.size)
      writer.raw(",\"sha256\":")
      writer.string(file.digest)
      writer.raw("}")
    }
    writer.raw("]")
    return writer.bytes
  }

  private static func isShown(_ type: String) -> Bool {
    ["image/jpeg", "image/png", "image/gif", "image/webp", "text/plain", "application/pdf"]
      .contains(String(type.prefix { $0 != ";" }).lowercased())
  }

  private static func typed(_ type: String) -> String {
    type.hasPrefix("text/") && !type.contains(";") ? "\(type); charset=utf-8" : type
  }
}
