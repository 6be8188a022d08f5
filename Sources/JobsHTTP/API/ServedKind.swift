import Kinds

/// A kind as it is served: one object for all of its requests, since a copy of a ``Kind`` costs a count of references for
/// each of its words.
final class ServedKind: Sendable {
  let kind: Kind
  /// What a result may be.
  let resultTypes: [MediaType]
  /// The same of each of its files.
  let fileTypes: [String: [MediaType]]

  init(_ kind: Kind, resultTypes: [MediaType], fileTypes: [String: [MediaType]]) {
    self.kind = kind
    self.resultTypes = resultTypes
    self.fileTypes = fileTypes
  }
}
