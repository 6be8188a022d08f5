/// What the bytes waiting in a connection are, decided by looking before libfcgi reads: libfcgi blocks on what is
/// missing, and before 2.4.7 a name length of 0x40000000 makes it abort the process.
enum RequestExamination: Equatable {
  /// So far a request of ours; the rest has to come.
  case incomplete
  /// BEGIN_REQUEST and all parameters are there; the body isn't.
  case parametersComplete
  /// All of it is there, up to the end of the body. `trailingPadding` bytes follow the last header.
  case complete(trailingPadding: Int)
  /// Not a request that we can answer, and why.
  case invalid(String)

  static func examine(_ bytes: UnsafeRawBufferPointer) -> RequestExamination {
    var scan = RequestScan()
    return scan.take(bytes)
  }
}
