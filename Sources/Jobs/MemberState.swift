/// What a member tells its siblings of itself.
public struct MemberState: Hashable, Sendable {
  /// Jobs whose work runs on though it was interrupted a while ago: threads that are lost until it ends.
  public var ignoring: Int
  /// It is shutting down and takes no more jobs.
  public var isDraining: Bool
  /// What keeps jobs from being worked on; a few, where there are many.
  public var troubles: [WorkTrouble]
  /// `nil` where it runs no programs.
  public var programs: ProgramConfinement?

  public init(
    ignoring: Int = 0, isDraining: Bool = false, troubles: [WorkTrouble] = [], programs: ProgramConfinement? = nil
  ) {
    self.ignoring = ignoring
    self.isDraining = isDraining
    self.troubles = troubles
    self.programs = programs
  }
}
