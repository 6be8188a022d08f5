import CFastCGI
import Glibc

/// A request whose bytes come slowly, taken out of its connection as they come. libfcgi gets it when it is whole, as a
/// file, since the library reads only from descriptors.
///
/// While bytes are only peeked at they fill the peer's send buffer: a Unix socket holds some 280 segments of one byte.
struct SlowRequest {
  private var scan = RequestScan()
  /// BEGIN_REQUEST and PARAMS as they came.
  private(set) var head: [UInt8] = []
  /// The content of STDIN, up to a byte more than the body limit: what a handler may see, or that it was too long.
  private var body: [UInt8] = []

  /// Bytes held in memory.
  var size: Int { head.count + body.count }

  /// Goes on with `bytes`, of which as many as `used` says belong to the request.
  mutating func take(
    _ bytes: UnsafeRawBufferPointer, bodyLimit: Int
  ) -> (examination: RequestExamination, used: Int) {
    let before = scan.length
    let wasInHead = scan.headLength == 0
    let examination = scan.take(bytes) { part in
      body.append(contentsOf: part.prefix(bodyLimit + 1 - body.count))
    }
    let used = scan.length - before
    if wasInHead { head.append(contentsOf: bytes.prefix(scan.headLength == 0 ? used : scan.headLength - before)) }
    return (examination, used)
  }

  /// All of it in an unnamed file in memory (memfd_create(2)), at its beginning. The caller closes it.
  func file() throws(SystemError) -> Int32 {
    let file = try check("memfd_create") { memfd_create("request", UInt32(MFD_CLOEXEC)) }
    do throws(SystemError) {
      try Self.write(head, to: file)
      var rest = body[...]
      repeat {
        let part = rest.prefix(RecordFormat.maximumContent)
        try Self.write(header(RecordType.stdin, length: part.count) + part, to: file)
        rest = rest.dropFirst(part.count)
      } while !rest.isEmpty
      if !body.isEmpty { try Self.write(header(RecordType.stdin, length: 0), to: file) }
      guard lseek(file, 0, SEEK_SET) == 0 else { throw SystemError("lseek") }
      return file
    } catch {
      close(file)
      throw error
    }
  }

  private func header(_ type: UInt8, length: Int) -> [UInt8] {
    [
      RecordFormat.version, type, UInt8(scan.id >> 8), UInt8(scan.id & 0xff), UInt8(length >> 8), UInt8(length & 0xff),
      0, 0,
    ]
  }

  private static func write(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        Glibc.write(file, all.baseAddress?.advanced(by: written), all.count - written)
      }
      if count < 0, errno != EINTR { throw SystemError("write") }
      written += max(0, count)
    }
  }
}
