import Kinds

/// A kind as it is served: one object for all of its requests, since a copy of a ``Kind`` costs a count of references for
/// each of its words.
final class ServedKind: Sendable {
  let kind: Kind
  let resultType: MediaType

  init(_ kind: Kind, resultType: MediaType) {
    self.kind = kind
    self.resultType = resultType
  }
}
