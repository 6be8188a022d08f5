import FastCGI
import Jobs

/// One request to a collection.
struct Call {
  let request: Request
  let fields: RequestFields
  let collection: Collection
  /// The user who asks; empty where nobody authenticates.
  let owner: JobOwner
}
