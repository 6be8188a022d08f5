/// A line for each change, for other programs and for files.
public final class LineDisplay: WatchDisplay {
  private let isJSON: Bool
  private let troubles = TroubleReport()

  /// As JSON: the service's documents, one a line.
  public init(isJSON: Bool) {
    self.isJSON = isJSON
  }

  public func show(_ happening: Watch.Happening, _ orders: WatchedOrders) {
    switch happening {
    case .changed(let document):
      StandardOutput.line(isJSON ? StandardOutput.document(document.bytes) : document.line)
    case .missing, .lost, .foundAgain:
      if let text = troubles.text(of: happening) { StandardError.complain(text) }
    }
  }
}
