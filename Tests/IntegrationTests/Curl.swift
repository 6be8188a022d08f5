import Foundation
import TestSupport

/// What ``HTTPClient`` doesn't speak: HTTP/2 and compressed answers.
enum Curl {
  static func send(
    _ method: String, _ target: String, headers: [String: String] = [:], body: String? = nil, port: Int,
    _ options: String...
  ) throws -> HTTPClient.Answer {
    var arguments = ["--silent", "--show-error", "--include", "--path-as-is", "--max-time", "20"] + options
    arguments += method == "HEAD" ? ["--head"] : ["--request", method]
    for (name, value) in headers { arguments += ["--header", value.isEmpty ? "\(name);" : "\(name): \(value)"] }
    if let body { arguments += ["--header", "Content-Type: application/json", "--data-binary", body] }
    let curl = try run("/usr/bin/curl", arguments + ["http://127.0.0.1:\(port)\(target)"])
    guard curl.status == 0 else { throw Failed(status: curl.status, errors: curl.errors) }
    guard let end = curl.output.firstRange(of: "\r\n\r\n") else {
      throw HTTPClient.Failure(description: "no head: \(curl.output)")
    }
    let lines = curl.output[..<end.lowerBound].components(separatedBy: "\r\n")
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      fields.merge([line[..<colon].lowercased(): value]) { "\($0), \($1)" }
    }
    let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return HTTPClient.Answer(
      status: status ?? 0, headers: fields, body: Array(curl.output[end.upperBound...].utf8))
  }

  struct Failed: Error {
    let status: Int32
    let errors: String
  }
}
