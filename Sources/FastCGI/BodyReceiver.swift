/// Takes the bytes of one request's body as they come, so that a long one is never held in memory.
///
/// The calls come one after another, from threads that may block and that no other request waits for. The last one is
/// ``end(isWhole:)`` or ``abandon()``.
public protocol BodyReceiver: AnyObject, Sendable {
  /// Takes the next bytes, which are there during the call only. After a failure the receiver ignores what comes.
  func take(_ bytes: UnsafeRawBufferPointer)

  /// All of the body has come. `isWhole` is false where its length is not the one that was announced. The handler is called
  /// next, with the receiver in its request.
  func end(isWhole: Bool)

  /// The peer has gone: no handler is called.
  func abandon()
}

/// What is known of a body before it is read.
public struct AnnouncedBody: Sendable {
  public let method: String
  /// As in ``Request/target``.
  public let target: String
  /// The value of `Content-Type`; `nil`: none.
  public let contentType: [UInt8]?
}

extension RequestHead {
  var announcedBody: AnnouncedBody {
    AnnouncedBody(method: method, target: target, contentType: contentType)
  }
}
