/// Ends processes that work of another member has started, as proof that a next attempt may begin.
public protocol WorkProcessEnder: Sendable {
  /// Ends the process, its group, and whatever its end ends. `dead` only when all of that is over. Called again after a moment
  /// where it wasn't, and by several members at once. Must not block its thread: suspend.
  @concurrent
  func end(_ process: WorkProcess) async -> ProcessEnd
}

public enum ProcessEnd: Hashable, Sendable {
  /// Also where it had ended before, or its number belongs to another process by now.
  case dead
  /// It may live, and why that can't be known: a phrase for operators.
  case unknown(String)
}
