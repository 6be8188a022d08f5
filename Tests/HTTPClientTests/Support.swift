import HTTPClient
import TestSupport

extension Client {
  /// What a request fails with; `nil` where its whole answer comes, of at most `limit` bytes.
  func code(of request: Request, upTo limit: Int = 1 << 20) async -> TransferError.Code? {
    do throws(TransferError) {
      _ = try await send(request).body.bytes(upTo: limit)
      return nil
    } catch {
      return error.code
    }
  }
}

extension Request {
  static func get(_ server: SocketServer, _ target: String = "/") -> Request {
    Request("GET", "http://127.0.0.1:\(server.port)\(target)")
  }
}
