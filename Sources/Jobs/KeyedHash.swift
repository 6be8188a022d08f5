/// SipHash-2-4 (Aumasson and Bernstein, 2012): 64 bits of bytes that nobody without the key can predict or search for.
public struct KeyedHash: Sendable {
  private let key: (low: UInt64, high: UInt64)

  /// The first 16 bytes of `key`; missing ones are zero.
  public init(key: [UInt8]) {
    self.key = (Self.word(key.prefix(8)), Self.word(key.dropFirst(8).prefix(8)))
  }

  public func hash(of bytes: [UInt8]) -> UInt64 {
    var state = State(key)
    var rest = bytes[...]
    while rest.count >= 8 {
      state.mix(Self.word(rest.prefix(8)))
      rest = rest.dropFirst(8)
    }
    state.mix(Self.word(rest) | UInt64(truncatingIfNeeded: bytes.count) << 56)
    return state.end()
  }

  /// Little-endian.
  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private struct State {
    private var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64)

    init(_ key: (low: UInt64, high: UInt64)) {
      // "somepseudorandomlygeneratedbytes", as the paper says.
      a = key.low ^ 0x736f_6d65_7073_6575
      b = key.high ^ 0x646f_7261_6e64_6f6d
      c = key.low ^ 0x6c79_6765_6e65_7261
      d = key.high ^ 0x7465_6462_7974_6573
    }

    mutating func mix(_ word: UInt64) {
      d ^= word
      turn(2)
      a ^= word
    }

    mutating func end() -> UInt64 {
      c ^= 0xff
      turn(4)
      return a ^ b ^ c ^ d
    }

    private mutating func turn(_ rounds: Int) {
      for _ in 0..<rounds {
        a &+= b
        b = b.rotated(13) ^ a
        a = a.rotated(32)
        c &+= d
        d = d.rotated(16) ^ c
        a &+= d
        d = d.rotated(21) ^ a
        c &+= b
        b = b.rotated(17) ^ c
        c = c.rotated(32)
      }
    }
  }
}

extension UInt64 {
  fileprivate func rotated(_ bits: UInt64) -> UInt64 { self << bits | self >> (64 - bits) }
}
