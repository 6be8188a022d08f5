import FastCGI
import Jobs
import Kinds

/// One request to a kind.
struct Call {
  let request: Request
  let fields: RequestFields
  let served: ServedKind
  /// The user who asks; empty where nobody authenticates.
  let owner: JobOwner

  var kind: Kind { served.kind }
}
