/// One request, and the conditions under which it is sent.
///
/// It is sent once, as HTTP/1.1, exactly as it is here: no redirect is followed, no cookie kept, and no login added from
/// the URL, `.netrc` or the environment.
public struct Request: Sendable {
  /// How long each part may take; `nil` means as long as it wants.
  public struct Deadlines: Hashable, Sendable {
    /// From the beginning until the connection stands: the lookup of the name and the TLS handshake are part of it.
    public var connect = Duration.seconds(15)
    /// Without any byte from the peer, or to it, once the connection stands. While the reader of the answer makes it wait,
    /// this time does not run.
    public var silence: Duration?
    /// From the beginning to the last byte of the answer.
    public var whole: Duration?

    public init(connect: Duration = .seconds(15), silence: Duration? = nil, whole: Duration? = nil) {
      self.connect = connect
      self.silence = silence
      self.whole = whole
    }
  }

  public enum Proxy: Hashable, Sendable {
    /// Straight to the host.
    case none
    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say.
    case environment
  }

  public var method: String
  /// `http` or `https`, without a login; other characters than those of RFC 3986 are written as `%XX`.
  public var url: String
  /// `Host`, and what frames a message (`Content-Length`, `Transfer-Encoding`, `Connection`, `Expect`), follow from the
  /// rest and are refused here.
  public var fields: [(name: String, value: String)]
  public var body: [UInt8]?
  /// A form in the place of a body. Its `Content-Type` follows from it.
  public var form: [FormPart]?
  /// Called with how many bytes of the body, of how many, libcurl has handed to the connection: often, on the client's
  /// thread. It must not block.
  public var onUpload: (@Sendable (_ sent: Int64, _ total: Int64) -> Void)?
  public var deadlines = Deadlines()
  public var proxy = Proxy.none
  /// Whether the connection is made for this request and closed after it.
  public var hasOwnConnection = false
  /// The IP address to connect to, whatever the URL's host stands for. TLS and `Host` are still the URL's.
  public var address: String?
  /// Called at the moment of connecting, with each address that is about to be connected to; `false` refuses it. When no
  /// other address is left the transfer ends with ``TransferError/Code/refusedAddress``. Runs on the client's thread: it
  /// must not block. With a proxy it sees the proxy's address.
  public var allowsAddress: (@Sendable (PeerAddress) -> Bool)?
  /// The authorities that may sign the peer's certificate, as PEM; `nil` means the system's.
  public var authorities: [UInt8]?
  /// Whether the answer may be compressed on its way. The reader gets the bytes as they were before, and limits count those.
  public var takesGzip = false
  /// How many bytes of the answer's body may wait to be read. When there are more, the peer has to wait. One piece of at
  /// most 16 KiB is always taken.
  public var readAhead = 256 << 10

  public init(
    _ method: String, _ url: String, fields: [(name: String, value: String)] = [], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
  }
}
