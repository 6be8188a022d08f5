import Glibc

/// A listening socket, shared with sibling processes or bound by us. Closed by the server that gets it.
public struct Listener: Sendable {
  let descriptor: Int32
  /// The peers that may connect, where the socket is TCP and the web server named them.
  let allowedPeers: AllowedPeers
  /// Held for as long as we serve a path of our own: keeps a second process from replacing a live socket.
  let pathLock: Int32?

  private init(descriptor: Int32, allowedPeers: AllowedPeers, pathLock: Int32? = nil) throws(SystemError) {
    self.descriptor = descriptor
    self.allowedPeers = allowedPeers
    self.pathLock = pathLock
    try check("fcntl") { fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    let flags = try check("fcntl") { fcntl(descriptor, F_GETFL) }
    try check("fcntl") { fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
    // The flag belongs to the open socket, which siblings share, and systemd takes it away whenever it starts one of them,
    // unless their unit says NonBlocking=yes. Without it an accept(2) that another process was faster than waits: for
    // this long, and not for the next connection, with all request threads behind it.
    var limit = timeval(tv_sec: 0, tv_usec: 1000)
    let size = socklen_t(MemoryLayout<timeval>.size)
    try check("setsockopt") { setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size) }
  }

  /// The socket that whoever started this process handed down: descriptor 0 if it listens (the FastCGI convention,
  /// specification section 2.2), else the first of systemd's (`LISTEN_FDS`, sd_listen_fds(3)). `nil` where there is none.
  /// Descriptor 0 is `/dev/null` afterwards, so that programs started from here don't inherit the socket.
  public static func inherited(environment: [String: String]) throws(SystemError) -> Listener? {
    let peers = AllowedPeers(environment["FCGI_WEB_SERVER_ADDRS"])
    if listens(0) {
      let moved = try check("fcntl") { fcntl(0, F_DUPFD_CLOEXEC, 3) }
      // Descriptor 0 stays occupied, or the next one opened would be taken for standard input.
      let nothing = try check("open /dev/null") { open("/dev/null", O_RDONLY | O_CLOEXEC) }
      try check("dup2") { dup2(nothing, 0) }
      Glibc.close(nothing)
      return try Listener(descriptor: moved, allowedPeers: peers)
    }
    if environment["LISTEN_PID"] == String(getpid()), let count = environment["LISTEN_FDS"].flatMap({ Int($0) }),
      count >= 1, listens(3)
    {
      return try Listener(descriptor: 3, allowedPeers: peers)
    }
    return nil
  }

  /// Binds `path`. A socket file that nobody listens on any more is replaced; a live one is refused with EADDRINUSE.
  /// The file gets mode 0660 and, if given, the group. A path has at most 107 bytes (unix(7)).
  public static func bind(path: String, group: UInt32? = nil, backlog: Int32 = 4096) throws(SystemError) -> Listener {
    try withAddress(path) { (address, length) throws(SystemError) in
      let lock = try check("open \(path).lock") { open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
      do throws(SystemError) {
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { throw SystemError("bind \(path)", errno: EADDRINUSE) }
        try removeStale(path, address, length)
        let descriptor = try unixSocket()
        do throws(SystemError) {
          // The file is made with the socket's own mode (less the umask): at no time may more connect than in the end.
          try check("fchmod \(path)") { fchmod(descriptor, 0o660) }
          try check("bind \(path)") { Glibc.bind(descriptor, address, length) }
          if let group { try check("chown \(path)") { chown(path, uid_t.max, group) } }
          try check("chmod \(path)") { chmod(path, 0o660) }
          try check("listen \(path)") { listen(descriptor, backlog) }
          return try Listener(descriptor: descriptor, allowedPeers: AllowedPeers(nil), pathLock: lock)
        } catch {
          Glibc.close(descriptor)
          throw error
        }
      } catch {
        Glibc.close(lock)
        throw error
      }
    }
  }

  func close() {
    Glibc.close(descriptor)
    if let pathLock { Glibc.close(pathLock) }
  }

  private static func listens(_ descriptor: Int32) -> Bool {
    var listening: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening == 1
  }

  /// Removes a socket file that nobody listens on; throws EADDRINUSE where somebody does, or where it is no socket.
  private static func removeStale(
    _ path: String, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
  ) throws(SystemError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw SystemError("bind \(path)", errno: EADDRINUSE) }
    // Without blocking: a live one may have a full backlog (EAGAIN), or not be for us (EACCES).
    let probe = try unixSocket(extraType: Int32(SOCK_NONBLOCK.rawValue))
    defer { Glibc.close(probe) }
    guard connect(probe, address, length) != 0, errno == ECONNREFUSED else {
      throw SystemError("bind \(path)", errno: EADDRINUSE)
    }
    try check("unlink \(path)") { unlink(path) }
  }

  private static func unixSocket(extraType: Int32 = 0) throws(SystemError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | extraType
    return try check("socket") { socket(AF_UNIX, type, 0) }
  }

  private static func withAddress<Result>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw SystemError("socket path \(path)", errno: ENAMETOOLONG)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return try withUnsafePointer(to: &address) { (pointer) throws(SystemError) in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (generic) throws(SystemError) in
        try body(generic, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

/// The peers of a TCP listener that the web server named in `FCGI_WEB_SERVER_ADDRS` (specification section 3.2): a list
/// of IPv4 addresses. libfcgi looks at it only in its own accept.
struct AllowedPeers: Sendable {
  private let addresses: Set<UInt32>?

  init(_ list: String?) {
    addresses = list.map { list in
      Set(
        list.split(separator: ",").compactMap { text in
          var address = in_addr()
          return inet_pton(AF_INET, text.filter { $0 != " " }, &address) == 1 ? address.s_addr : nil
        })
    }
  }

  func admit(_ descriptor: Int32) -> Bool {
    guard let addresses else { return true }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
    }
    guard result == 0 else { return false }
    return address.sin_family != sa_family_t(AF_INET) || addresses.contains(address.sin_addr.s_addr)
  }
}
