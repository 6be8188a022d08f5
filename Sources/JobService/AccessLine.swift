import FastCGI
import Jobs
import JobsHTTP
import StrictJSON

/// What the access log says of a request: a line of JSON, without its end.
///
/// `queued` is the time from nginx passing the request on (in whole milliseconds, `$msec`) until it had been read here,
/// and `seconds` the time from then until its answer had left. `whole` is false where nginx didn't take all of it.
enum AccessLine {
  /// `route` is the address of what answered, `nil` where there is none.
  static func bytes(of answered: Answered, route: String?) -> [UInt8] {
    let request = answered.request
    var line = JSONWriter(capacity: 384)
    line.raw(#"{"time":"#)
    line.timestamp(Timestamp(milliseconds: answered.begin / 1_000_000))
    line.member("id", request.parameters["REQUEST_ID"])
    line.member("trace", TraceParent(of: request).map { String($0.traceID) })
    line.member("user", request.parameters["REMOTE_USER"])
    line.member("method", "\(request.method)")
    line.member("route", route)
    line.member("target", request.target)
    line.raw(#","status":"#)
    line.integer(answered.status)
    line.raw(#","bytes":"#)
    line.integer(answered.bytes)
    line.raw(answered.isWhole ? #","whole":true,"seconds":"# : #","whole":false,"seconds":"#)
    line.seconds(answered.duration)
    if let passedOn = request.parameters["REQUEST_MSEC"].flatMap(nanoseconds) {
      line.raw(#","queued":"#)
      line.seconds(max(0, answered.begin - passedOn))
    }
    line.raw("}")
    return line.bytes
  }

  /// `1764033600.123`, as nginx writes a time; `nil` for what is none.
  private static func nanoseconds(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == 3, let milliseconds = Int64(parts[0] + parts[1]), milliseconds >= 0
    else { return nil }
    let (nanoseconds, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
    return overflows ? nil : nanoseconds
  }
}

extension JSONWriter {
  /// Left out where there is nothing, or nothing in it.
  fileprivate mutating func member(_ name: StaticString, _ value: String?) {
    guard let value, !value.isEmpty else { return }
    raw(",\"")
    raw(name)
    raw("\":")
    string(value.quoted)
  }

  /// So many nanoseconds, as seconds with six digits behind the point.
  fileprivate mutating func seconds(_ nanoseconds: Int64) {
    integer(nanoseconds / 1_000_000_000)
    raw(".")
    digits(Int(nanoseconds / 1000), count: 6)
  }
}
