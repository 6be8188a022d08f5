import StrictJSON

/// A kind of work that a service has.
public struct ServiceKind: Hashable, Sendable {
  /// As commands and addresses have it: `sheets`.
  public let path: String
  public let title: String

  /// The kinds that `GET /` names; `nil` where this is no such document. It has their whole paths, below that of the service
  /// (`/api/sheets`).
  static func all(in document: JSON?) -> [ServiceKind]? {
    guard document?["service"]?.string != nil, let elements = document?["kinds"]?.elements else { return nil }
    return elements.compactMap { element in
      guard let path = element["path"]?.string?.split(separator: "/").last.map(String.init),
        JobReference.isCollection(path)
      else { return nil }
      return ServiceKind(path: path, title: element["title"]?.string ?? path)
    }
  }
}
