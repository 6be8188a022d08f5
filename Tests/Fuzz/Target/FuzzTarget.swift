import CFuzzer
import Glibc

/// One input is one trial. libFuzzer calls on one thread, one input after the other, and ends the process itself.
@main
struct FuzzTarget {
  /// So many trials share a store: opening one takes as long as dozens of them.
  private static let trialsPerStore = 1000

  nonisolated(unsafe) private static var service: ServiceUnderTest?
  nonisolated(unsafe) private static var trials = 0

  static func main() {
    Memory.watch()
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(
      withUnsafeMutablePointer(to: &arguments) { arguments in
        arguments.withMemoryRebound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?.self, capacity: 1) {
          LLVMFuzzerRunDriver(&count, $0) { start, count in
            FuzzTarget.run(Array(UnsafeBufferPointer(start: start, count: Int(count))))
            return 0
          }
        }
      })
  }

  private static func run(_ input: [UInt8]) {
    do {
      if let trial = MultipartTrial(input) { return try trial.run() }
      if trials % trialsPerStore == 0 {
        service?.close()
        service = try ServiceUnderTest()
      }
      trials += 1
      guard let service else { return }
      let trial = try Trial(service, number: trials)
      do {
        try trial.run(Script(input))
      } catch {
        stop("\(error)", after: trial.transcript)
      }
    } catch {
      stop("\(error)", after: [])
    }
  }

  /// libFuzzer takes an abort for a crash, and keeps the input.
  private static func stop(_ reason: String, after transcript: [String]) -> Never {
    let text = "\n" + transcript.joined(separator: "\n\n") + "\n\nVIOLATION: " + reason + "\n"
    _ = write(STDERR_FILENO, text, text.utf8.count)
    abort()
  }
}
