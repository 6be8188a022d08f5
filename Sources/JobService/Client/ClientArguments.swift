import ArgumentParser
import JobsClient

/// The number of a job.
struct JobNumber: ExpressibleByArgument {
  let id: Int64

  init?(argument: String) {
    guard argument.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let id = Int64(argument), id > 0
    else { return nil }
    self.id = id
  }
}

/// The word for a status.
struct StatusWord: ExpressibleByArgument {
  static let allValueStrings = StatusDocument.Status.allCases.map(\.rawValue)
  static let defaultCompletionKind = CompletionKind.list(allValueStrings)

  let status: StatusDocument.Status

  init?(argument: String) {
    guard let status = StatusDocument.Status(rawValue: argument) else { return nil }
    self.status = status
  }
}
