import Testing

@testable import JobsClient

@Suite("The bar of an upload")
struct UploadMeterTests {
  private let plain = TerminalStyle(hasColour: false, isUnicode: false)

  @Test("is drawn ten times a second at most, and once when all is sent; its rate is that of the last seconds")
  func pace() {
    var meter = UploadMeter()
    let start = ContinuousClock.now
    func isDrawn(_ sent: Int64, after pause: Duration) -> Bool {
      meter.hear(sent, of: 10_000_000, at: start + pause)
    }
    #expect(meter.rate == nil)
    let steps: [(sent: Int64, pause: Duration, isDrawn: Bool)] = [
      (0, .zero, true), (1000, .milliseconds(99), false), (100_000, .milliseconds(100), true),
    ]
    for step in steps {
      let drawn = isDrawn(step.sent, after: step.pause)
      #expect(drawn == step.isDrawn, "\(step)")
    }
    #expect(meter.rate == 1_000_000)
    for second in 1...10 {
      let drawn = isDrawn(100_000 + Int64(second) * 500_000, after: .seconds(second))
      #expect(drawn)
    }
    #expect(meter.rate == 500_000)
    let isEndDrawn = isDrawn(10_000_000, after: .milliseconds(10_001))
    let isEndDrawnTwice = isDrawn(10_000_000, after: .seconds(11))
    #expect(isEndDrawn && !isEndDrawnTwice)
    // The answer was lost, and it is sent again.
    let isDrawnAnew = isDrawn(5, after: .seconds(12))
    #expect(isDrawnAnew && meter.rate == nil)
  }

  @Test("says how much of how much is sent, and how fast")
  func line() {
    var meter = UploadMeter()
    let start = ContinuousClock.now
    _ = meter.hear(0, of: 31_000_000, at: start)
    _ = meter.hear(12_400_000, of: 31_000_000, at: start + .seconds(2))
    #expect(
      meter.line(12_400_000, of: 31_000_000, plain, columns: 80).text
        == "sending  ############------------------  40%  12.4 MB of 31.0 MB  6.2 MB/s")
    #expect(
      meter.line(31_000_000, of: 31_000_000, plain, columns: 80).text
        == "sending  ############################## 100%  all of 31.0 MB is sent")
  }

  @Test("fits whatever the terminal's width is", arguments: 1...120)
  func widths(_ columns: Int) {
    var meter = UploadMeter()
    _ = meter.hear(0, of: 1 << 40, at: .now)
    _ = meter.hear(1 << 30, of: 1 << 40, at: .now + .seconds(1))
    for style in [plain, TerminalStyle(hasColour: true, isUnicode: true)] {
      let line = meter.line(1 << 30, of: 1 << 40, style, columns: columns)
      let visible = line.text.replacing(/\u{1B}\[[0-9]+m/, with: "")
      #expect(PrintableText.width(visible) == line.width)
      #expect(line.width < max(columns, 2))
    }
  }

  @Test(
    "has sizes in units of 1,000",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
      (20_480_000, "20.5 MB"), (1 << 40, "1.1 TB"), (Int64.max, "9.2 EB"),
    ] as [(Int64, String)])
  func sizes(_ bytes: Int64, _ text: String) {
    #expect(UploadMeter.size(bytes) == text)
  }
}
