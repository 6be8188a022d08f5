/// A run of neighbouring ids.
public struct IDRange: Hashable, Sendable {
  public var first: Int64
  public var last: Int64

  public init(first: Int64, last: Int64) {
    self.first = first
    self.last = last
  }

  public var count: Int64 { last - first + 1 }

  /// The runs that `ids` make, in order.
  public static func runs(of ids: some Sequence<Int64>) -> [IDRange] {
    ids.sorted().reduce(into: []) { runs, id in
      if let last = runs.last, last.last + 1 == id {
        runs[runs.count - 1].last = id
      } else {
        runs.append(IDRange(first: id, last: id))
      }
    }
  }
}
