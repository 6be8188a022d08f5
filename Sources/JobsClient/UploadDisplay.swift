import Glibc
import Synchronization

/// A bar for what is sent, in the terminal of standard error. Nothing of it stays.
public final class UploadDisplay: Sendable {
  private struct State {
    var region = ScreenRegion()
    var meter = UploadMeter()
    var isOver = false
  }

  private let style: TerminalStyle
  private let state = Mutex(State())

  /// `nil` where standard error is no terminal, or one that can't move its cursor.
  public init?(environment: [String: String]) {
    let name = environment["TERM"] ?? ""
    guard StandardError.isTerminal, !name.isEmpty, name != "dumb" else { return nil }
    style = TerminalStyle(environment: environment)
  }

  public func show(_ sent: Int64, of total: Int64) {
    state.withLock { state in
      guard !state.isOver, total > 0, state.meter.hear(sent, of: total, at: .now),
        let columns = TerminalSize.of(STDERR_FILENO)?.columns
      else { return }
      let line = state.meter.line(sent, of: total, style, columns: columns)
      StandardError.write(state.region.draw([line], columns: columns))
    }
  }

  /// Takes the bar away.
  public func end() {
    state.withLock { state in
      guard !state.isOver else { return }
      state.isOver = true
      guard state.region.isDrawn, let columns = TerminalSize.of(STDERR_FILENO)?.columns else { return }
      StandardError.write(state.region.draw([], columns: columns))
    }
  }
}
