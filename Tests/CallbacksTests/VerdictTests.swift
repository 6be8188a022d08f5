import Jobs
import Testing

@testable import Callbacks

@Suite("What comes of an attempt")
struct VerdictTests {
  private let policy = AttemptPolicy(attempts: 3, firstPause: .seconds(4), longestPause: .seconds(60))

  private func verdict(
    _ status: Int, retryAfter: Duration? = nil, attempt: Int = 1
  ) -> CallbackVerdict {
    CallbackVerdict(
      of: .answered(CallbackReply(status: status, retryAfter: retryAfter)), attempt: attempt, under: policy, jitter: 0)
  }

  @Test("2xx is heard, 410 gives up, everything else is tried again")
  func statuses() {
    for status in [200, 201, 202, 204, 299] { #expect(verdict(status) == .delivered) }
    #expect(verdict(410) == .givenUp)
    for status in [199, 300, 301, 302, 304, 307, 308, 400, 401, 404, 409, 429, 500, 502, 503, 599] {
      #expect(verdict(status) == .again(after: .seconds(2)), "\(status)")
    }
  }

  @Test("the last attempt gives up, and one that only the shutdown ended doesn't")
  func last() {
    #expect(verdict(500, attempt: 2) == .again(after: .seconds(4)))
    #expect(verdict(500, attempt: 3) == .givenUp)
    #expect(verdict(200, attempt: 3) == .delivered)
    let failed = CallbackVerdict(of: .failed("no address"), attempt: 3, under: policy, jitter: 0)
    #expect(failed == .givenUp)
    let interrupted = CallbackVerdict(of: .interrupted, attempt: 3, under: policy, jitter: 0)
    #expect(interrupted == .interrupted)
    #expect(interrupted.outcome == .retry(after: .zero))
  }

  @Test("Retry-After makes a pause longer, up to the longest, and never shorter")
  func retryAfter() {
    #expect(verdict(503, retryAfter: .seconds(30)) == .again(after: .seconds(30)))
    #expect(verdict(503, retryAfter: .zero) == .again(after: .seconds(2)))
    #expect(verdict(503, retryAfter: .seconds(86_400)) == .again(after: .seconds(60)))
    #expect(verdict(200, retryAfter: .seconds(30)) == .delivered)
  }

  @Test("the attempts there are by default take about a day")
  func aDay() {
    let policy = CallbackSender.Configuration().policy
    let pauses = (1..<policy.attempts).map { policy.pause(after: $0, jitter: 0.5) }
    let day = pauses.reduce(.zero, +)
    #expect(day > .seconds(20 * 3600) && day < .seconds(28 * 3600), "\(day)")
    #expect(pauses.first == .milliseconds(3750))
  }
}
