import Dispatch
import Glibc
import Synchronization

/// Bars in a terminal, drawn in place. It leaves the cursor and the terminal's modes as they are, so that there is
/// nothing to restore, whatever ends the process.
public final class BarDisplay: WatchDisplay {
  private struct State {
    var region = ScreenRegion()
    var jobs = WatchedJobs([])
  }

  private let style: TerminalStyle
  private let state = Mutex(State())
  private let troubles = TroubleReport()
  private let resizing = Mutex<(any DispatchSourceSignal)?>(nil)

  /// `nil` where standard output is no terminal, or one that can't move its cursor.
  public init?(environment: [String: String]) {
    let name = environment["TERM"] ?? ""
    guard StandardOutput.isTerminal, !name.isEmpty, name != "dumb" else { return nil }
    style = TerminalStyle(environment: environment)
    resizing.withLock { resizing in
      let source = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: .global())
      source.setEventHandler { [weak self] in self?.draw() }
      source.activate()
      resizing = source
    }
  }

  public func show(_ happening: Watch.Happening, _ jobs: WatchedJobs) {
    draw(jobs, complaint: troubles.text(of: happening))
  }

  /// What is complained of goes to standard error, above the bars if that is the same terminal.
  private func draw(_ jobs: WatchedJobs? = nil, complaint: String? = nil) {
    state.withLock { state in
      if let jobs { state.jobs = jobs }
      guard let (columns, rows) = TerminalSize.current else { return }
      if let complaint {
        StandardOutput.write(Array(state.region.draw([], columns: columns).utf8))
        StandardError.complain(complaint)
      }
      // A watch that is over may leave more behind than fits: it scrolls.
      let most = state.jobs.isOver ? Int.max : rows - 1
      let lines = ProgressBlock(style: style, columns: columns).lines(of: state.jobs, rows: most)
      StandardOutput.write(Array(state.region.draw(lines, columns: columns).utf8))
    }
  }
}
