import Synchronization

/// A line for each change, for other programs and for files.
public final class LineDisplay: WatchDisplay {
  private let isJSON: Bool
  private let troubles = TroubleReport()
  private let said = Mutex<[Int64: String]>([:])

  /// As JSON: the service's documents, one a line.
  public init(isJSON: Bool) {
    self.isJSON = isJSON
  }

  public func show(_ happening: Watch.Happening, _ jobs: WatchedJobs) {
    switch happening {
    case .changed(let document):
      let line = isJSON ? StandardOutput.document(document.bytes) : document.line
      // Some changes are of times only.
      if said.withLock({ $0.updateValue(line, forKey: document.id) }) != line { StandardOutput.line(line) }
    case .listening: break
    case .missing, .lost, .foundAgain:
      if isJSON, case .missing(_, _, let document?) = happening {
        StandardOutput.line(StandardOutput.document(document))
      }
      if let text = troubles.text(of: happening) { StandardError.complain(text) }
    }
  }
}
