import CCurl
import Synchronization
import Threads

/// The thread that transfers run on, and how others speak to it. The thread begins with the first transfer and ends when
/// the loop is closed.
final class Loop: Sendable {
  enum Command: Sendable {
    case begin(Transfer)
    case resume(Transfer)
    case cancel(Transfer)

    fileprivate var transfer: Transfer {
      switch self {
      case .begin(let transfer), .resume(let transfer), .cancel(let transfer): transfer
      }
    }
  }

  /// libcurl lets any thread call `curl_multi_wakeup`; only the loop's thread calls anything else.
  private struct Multi: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
  }

  private struct Inbox {
    var commands: [Command] = []
    var isClosed = false
    /// Once there is a thread.
    var multi: Multi?
  }

  private let inbox = Mutex(Inbox())

  /// Commands are obeyed in order. Where the loop is closed, or can't begin, the transfer ends.
  func post(_ command: Command) {
    do {
      try inbox.withLock { inbox in
        guard !inbox.isClosed else { throw TransferError(.cancelled) }
        let multi = try inbox.multi ?? start()
        inbox.multi = multi
        inbox.commands.append(command)
        // With the lock held: the thread can't have let go of the handle.
        curl_multi_wakeup(multi.pointer)
      }
    } catch {
      command.transfer.end(error as? TransferError ?? TransferError(.other, "\(error)"))
    }
  }

  /// Ends every transfer, and the thread.
  func close() {
    inbox.withLock { inbox in
      inbox.isClosed = true
      if let multi = inbox.multi { curl_multi_wakeup(multi.pointer) }
    }
  }

  private func start() throws -> Multi {
    guard let pointer = curl_multi_init() else { throw TransferError(.other, "libcurl has no handle") }
    let multi = Multi(pointer: pointer)
    do {
      try PlainThread.start("http", blocksSignals: true) { self.run(multi) }
    } catch {
      curl_multi_cleanup(pointer)
      throw TransferError(.other, "\(error)")
    }
    return multi
  }

  private func run(_ multi: Multi) {
    let transfers = RunningTransfers(multi.pointer)
    while case (let commands, let isClosed) = take(), !isClosed {
      for command in commands { transfers.obey(command) }
      transfers.work()
      transfers.wait()
    }
  }

  private func take() -> (commands: [Command], isClosed: Bool) {
    inbox.withLock { inbox in
      defer { inbox.commands = [] }
      return (inbox.commands, inbox.isClosed)
    }
  }
}
