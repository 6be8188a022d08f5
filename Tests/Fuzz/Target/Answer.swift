import HTTPTypes
import JobsHTTP
import StrictJSON

@testable import FastCGI

/// A response with its body read; of a stream, its beginning.
struct Answer: Sendable {
  let status: Int
  let fields: HTTPFields
  /// `nil` where there is none.
  let bytes: [UInt8]?
  let isStream: Bool
  /// Why a stream broke off by itself.
  let failure: String?
  private let response: Response

  init(_ response: Response) async {
    self.response = response
    status = response.status.code
    fields = response.headerFields
    switch response.body {
    case .none: (bytes, isStream, failure) = (nil, false, nil)
    case .bytes(let bytes): (self.bytes, isStream, failure) = (bytes, false, nil)
    case .stream(let stream):
      let beginning = await Beginning.of(stream)
      (bytes, isStream, failure) = (beginning.bytes, true, beginning.failure)
    }
  }

  /// As it goes to the web server.
  var head: [UInt8] {
    var bytes: [UInt8] = []
    ResponseHead.append(response, contentLength: isStream ? nil : self.bytes?.count, to: &bytes)
    return bytes
  }

  var isJSON: Bool {
    guard let type = fields[.contentType] else { return false }
    return type == "application/json" || type.hasSuffix("+json")
  }

  /// What the events of a stream carry; the last line may be cut off.
  var events: [JSON] {
    guard isStream, let bytes else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
    return lines.compactMap { line in
      guard line.starts(with: "data:".utf8) else { return nil }
      return try? JSONReader.read(Array(line.dropFirst(5)))
    }
  }

  /// `nil` where it is no JSON.
  var document: JSON? { bytes.flatMap { try? JSONReader.read($0) } }

  var text: String {
    "← " + String(decoding: head, as: UTF8.self).replacing("\r\n", with: "\n")
      + String(decoding: (bytes ?? []).prefix(2000), as: UTF8.self)
  }
}

/// The first chunks of a stream, and those that come soon: then its client leaves.
private struct Beginning {
  var bytes: [UInt8] = []
  var failure: String?

  private static let mostChunks = 4
  private static let limit = Duration.milliseconds(5)

  static func of(_ stream: any AsyncSequence<[UInt8], any Error> & Sendable) async -> Beginning {
    let reading = Task {
      var beginning = Beginning()
      var chunks = 0
      do {
        for try await chunk in stream {
          beginning.bytes += chunk
          chunks += 1
          if chunks == mostChunks { break }
        }
      } catch {
        if !(error is CancellationError) { beginning.failure = "\(error)" }
      }
      return beginning
    }
    let leaving = Task {
      try await Task.sleep(for: limit)
      reading.cancel()
    }
    defer { leaving.cancel() }
    return await reading.value
  }
}
