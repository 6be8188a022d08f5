import StrictJSON

/// What bwrap tells with `--json-status-fd`: a JSON object on each line.
struct StatusLines: Sendable {
  /// The first process of the program's pid namespace, as this process sees it.
  private(set) var child: Int32?
  /// The program's exit status, or 128 and the number of its signal. None where the sandbox or the program was not started.
  private(set) var exitCode: Int?
  private var line: [UInt8] = []

  mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      guard byte == UInt8(ascii: "\n") else {
        line.append(byte)
        continue
      }
      if let status = try? JSONReader.read(line) {
        child = child ?? status["child-pid"]?.number.flatMap { Int32($0) }
        exitCode = exitCode ?? status["exit-code"]?.number.flatMap { Int($0) }
      }
      line = []
    }
  }
}
