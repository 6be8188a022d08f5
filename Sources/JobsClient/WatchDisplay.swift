/// Shows what a watch hears.
public protocol WatchDisplay: Sendable {
  func show(_ happening: Watch.Happening, _ jobs: WatchedJobs)
}
