import CCurl
import Synchronization

/// All transfers that run, and libcurl's multi handle that works on them. Lives on the loop's thread alone.
final class RunningTransfers {
  private let multi: UnsafeMutableRawPointer
  private var running: [RunningTransfer] = []

  /// Takes over `multi`.
  init(_ multi: UnsafeMutableRawPointer) {
    self.multi = multi
  }

  /// Ends all.
  deinit {
    for one in running { end(one, TransferError(.cancelled)) }
    Self.letGo.withLock { _ in _ = curl_multi_cleanup(multi) }
  }

  /// Where libcurl lets go of a multi handle it has the process ignore SIGPIPE meanwhile, and puts back what it found. Two
  /// threads at once would leave it ignored, by the programs too that work starts.
  private static let letGo = Mutex(())

  func obey(_ command: Loop.Command) {
    switch command {
    case .begin(let transfer): begin(transfer)
    case .resume(let transfer): running.first { $0.transfer === transfer }?.resume()
    case .cancel(let transfer):
      if let one = running.first(where: { $0.transfer === transfer }) {
        remove(one, TransferError(.cancelled))
      } else {
        transfer.end(TransferError(.cancelled))
      }
    }
  }

  private func begin(_ transfer: Transfer) {
    do throws(TransferError) {
      let one = try RunningTransfer(transfer)
      let code = curl_multi_add_handle(multi, one.easy)
      guard code == CURLM_OK else { throw TransferError(.other, String(cString: curl_multi_strerror(code))) }
      running.append(one)
    } catch {
      transfer.end(error)
    }
  }

  /// Does what can be done without waiting.
  func work() {
    // Silent is a peer of whom nothing has come by now: what comes while others are worked on is still to be read.
    let now = ContinuousClock.now
    var count: Int32 = 0
    let code = curl_multi_perform(multi, &count)
    if code != CURLM_OK {
      let error = TransferError(.other, String(cString: curl_multi_strerror(code)))
      for one in running { remove(one, error) }
    }
    while let message = curl_multi_info_read(multi, &count) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let one = running.first(where: { $0.easy == easy })
      else { continue }
      remove(one, one.outcome(curl_result_of(message)))
    }
    for one in running where one.isSilent(at: now) {
      remove(one, TransferError(.timedOut, "nothing came for \(one.transfer.request.deadlines.silence ?? .zero)"))
    }
  }

  /// Waits until there is something to do, or the loop is woken.
  func wait() {
    let left = running.compactMap(\.silenceEnds).min().map { ContinuousClock.now.duration(to: $0) }
    // libcurl knows its own deadlines, and waits no longer than those.
    curl_multi_poll(multi, nil, 0, Int32((left ?? .seconds(3600)).milliseconds), nil)
  }

  private func remove(_ one: RunningTransfer, _ error: TransferError?) {
    running.removeAll { $0 === one }
    end(one, error)
  }

  /// The reader gets the end after the connection was closed or given back.
  private func end(_ one: RunningTransfer, _ error: TransferError?) {
    curl_multi_remove_handle(multi, one.easy)
    one.transfer.end(error)
  }
}
