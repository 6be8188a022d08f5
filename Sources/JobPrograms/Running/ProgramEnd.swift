import Jobs
import StrictJSON

/// How one attempt of a program ended, as far as it could be seen from outside.
struct ProgramEnd: Sendable {
  /// Why this process ended it.
  enum Stop: Hashable, Sendable {
    case interrupted
    case memory
    case output
    case longResult
  }

  /// Its exit status, or 128 and the number of the signal that ended it; `nil` where it never began.
  var status: Int?
  var stop: Stop?
  /// The reason that it gave itself.
  var error: (code: String, detail: String)?
  /// Its work folder has more than the limit.
  var isOverOutput = false
  var standardOutput: [UInt8] = []
  /// The last thing that was said by what starts it.
  var complaint = ""

  /// EX_TEMPFAIL of sysexits.h.
  private static let tryAgain = 75
  private static let temporary = "The program ended with status 75, and has no attempt left."

  /// Throws what becomes of an attempt that was no success.
  func check(limits: EffectiveLimits) throws {
    switch stop {
    case .interrupted: throw CancellationError()
    case .memory: throw Self.failure("out-of-memory", "The program used more memory than \(limits.memory) bytes.")
    case .output: throw Self.outputLimit(limits)
    case .longResult:
      throw Self.failure("result-too-large", "The result has more than \(limits.result) bytes.")
    case nil: break
    }
    guard let status else {
      throw WorkNotBegun(sandbox: complaint)
    }
    // A program may have ignored the limit, or have been ended by it.
    if isOverOutput { throw Self.outputLimit(limits) }
    switch status {
    case 0: return
    case Self.tryAgain: throw JobRetry(code: error?.code ?? "program-failed", detail: error?.detail ?? Self.temporary)
    case 129...192:
      throw JobRetry(code: "program-failed", detail: "The program was ended by signal \(status - 128).")
    default:
      throw Self.failure(
        error?.code ?? "program-failed", error?.detail ?? "The program ended with status \(status).")
    }
  }

  /// What a success wrote to standard output, as one JSON value.
  func jsonResult() throws -> [UInt8] {
    do throws(MalformedJSON) {
      _ = try JSONReader.read(standardOutput, nesting: 256, boundsMemory: false)
    } catch {
      let fault = standardOutput.isEmpty ? "It is empty." : "\(error.reason) (At byte \(error.offset).)"
      throw Self.failure("bad-result", "The program's standard output is not one JSON value. \(fault)")
    }
    let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    let end = standardOutput.lastIndex { !blank.contains($0) } ?? 0
    let begin = standardOutput.firstIndex { !blank.contains($0) } ?? 0
    return Array(standardOutput[begin...end])
  }

  private static func outputLimit(_ limits: EffectiveLimits) -> JobFailure {
    failure("output-limit", "The program wrote more than \(limits.output) bytes of files, or too many files.")
  }

  private static func failure(_ code: String, _ detail: String) -> JobFailure {
    JobFailure(code: code, detail: detail)
  }
}
