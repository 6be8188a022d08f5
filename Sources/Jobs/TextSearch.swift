/// Words to look for in the texts of a kind's results.
public struct TextSearch: Hashable, Sendable {
  public var kind: JobKind
  public var owner: JobOwner
  /// Words and phrases, all of which must be in one passage. Each is looked for as it is: nothing in it is an operator.
  public var terms: [String]
  /// Only matches behind this one.
  public var after: TextMatch.Place?
  public var limit: Int
  /// A page ends early with the job that brings its inputs to so many bytes.
  public var inputBytes: Int

  public init(
    kind: JobKind, owner: JobOwner = "", terms: [String], after: TextMatch.Place? = nil, limit: Int,
    inputBytes: Int = .max
  ) {
    self.kind = kind
    self.owner = owner
    self.terms = terms
    self.after = after
    self.limit = limit
    self.inputBytes = inputBytes
  }
}

/// A page of what a search finds.
public struct TextPage: Hashable, Sendable {
  public var matches: [TextMatch] = []
  /// How far the page goes.
  public var last: TextMatch.Place?
  /// Whether there are more behind it.
  public var isFollowed = false

  public init(matches: [TextMatch] = [], last: TextMatch.Place? = nil, isFollowed: Bool = false) {
    self.matches = matches
    self.last = last
    self.isFollowed = isFollowed
  }
}

/// A job whose text has what was looked for, by its best passage.
public struct TextMatch: Hashable, Sendable {
  public var job: Job
  /// The page that the passage is on, from 1.
  public var page: Int
  /// Some of the passage around what was found, in one line.
  public var snippet: String
  public var place: Place

  /// Where a match is among all of its search: the better ones come first, and of equal ones the older job.
  public struct Place: Hashable, Sendable {
    /// Lower is better.
    public var rank: Double
    public var id: JobID

    public init(rank: Double, id: JobID) {
      self.rank = rank
      self.id = id
    }
  }

  public init(job: Job, page: Int, snippet: String, place: Place) {
    self.job = job
    self.page = page
    self.snippet = snippet
    self.place = place
  }
}
