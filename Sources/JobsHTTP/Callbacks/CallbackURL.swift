import Glibc
import Jobs
import StrictJSON

/// Where a client wants to be told of its job's end. Only URLs that nobody can read in two ways (RFC 3986, and of its hosts
/// names and plain addresses alone): whoever calls it later must see the host that was looked at here.
struct CallbackURL: Hashable, Sendable {
  static let longest = 2048

  /// As it was sent.
  let text: String

  /// Why it is none: a sentence for people.
  struct Refusal: Error, Hashable {
    let detail: String

    init(_ detail: String) {
      self.detail = detail
    }
  }

  init(_ value: JSON, under rules: CallbackRules) throws(Refusal) {
    guard case .string(let text) = value else { throw Refusal("This must be a string.") }
    guard text.utf8.count <= Self.longest else {
      throw Refusal("This must have at most \(Self.longest) characters.")
    }
    guard Self.isSpelledRight(text) else {
      throw Refusal("This must be a URL: other characters than those of RFC 3986 have to be written as %XX.")
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let scheme = parts[0].lowercased()
    guard parts.count == 2, parts[1].hasPrefix("//"), scheme == "https" || scheme == "http" else {
      throw Refusal("This must be an https URL.")
    }
    guard !text.contains("#") else { throw Refusal("This must have no fragment.") }
    let authority = parts[1].dropFirst(2).prefix { $0 != "/" && $0 != "?" }
    guard !authority.contains("@") else { throw Refusal("This must have no user name and no password.") }
    let (host, port) = try Self.split(authority)
    if let port {
      guard port.allSatisfy(\.isASCIIDigit), let number = UInt16(port), number > 0 else {
        throw Refusal("The port must be a number from 1 to 65535.")
      }
    }
    guard let host = Host(host) else { throw Self.noHost }
    guard scheme == "https" || host.isLoopback else {
      throw Refusal("This must be an https URL: http is for loopback addresses only.")
    }
    guard host.addresses.isEmpty || host.addresses.contains(where: rules.allows) else {
      throw Refusal("Callbacks to this address are not allowed.")
    }
    self.text = text
  }

  private static let noHost = Refusal(
    "The host must be a DNS name without a final dot, or an IP address in its usual form.")

  private static func split(_ authority: Substring) throws(Refusal) -> (host: Substring, port: Substring?) {
    var colon = authority.firstIndex(of: ":")
    if authority.hasPrefix("[") {
      let end = authority.lastIndex(of: "]").map(authority.index(after:)) ?? authority.startIndex
      colon = end == authority.endIndex ? nil : end
      guard end == authority.endIndex || authority[end] == ":" else {
        throw Self.noHost
      }
    }
    return colon.map { (authority[..<$0], authority[authority.index(after: $0)...]) } ?? (authority, nil)
  }

  private static func isSpelledRight(_ text: String) -> Bool {
    let characters = text.unicodeScalars.map { Character($0) }
    for (index, character) in characters.enumerated() {
      if character == "%" {
        let digits = characters.dropFirst(index + 1).prefix(2)
        guard digits.count == 2, digits.allSatisfy(\.isHexDigit) else { return false }
      } else if !character.isASCIILetter, !character.isASCIIDigit, !"-._~:/?#[]@!$&'()*+,;=".contains(character) {
        return false
      }
    }
    return true
  }
}

extension CallbackURL {
  private enum Host {
    case name(isLocalhost: Bool)
    /// Without brackets.
    case address(String, isLoopback: Bool)

    init?(_ text: Substring) {
      if text.hasPrefix("["), text.hasSuffix("]") {
        let address = String(text.dropFirst().dropLast())
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return nil }
        let loopback = [UInt8](repeating: 0, count: 15) + [1]
        let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 127]
        self = .address(
          address, isLoopback: withUnsafeBytes(of: bytes) { $0.elementsEqual(loopback) || $0.starts(with: mapped) })
        return
      }
      let labels = text.split(separator: ".", omittingEmptySubsequences: false)
      guard text.utf8.count <= 253, labels.allSatisfy({ (1...63).contains($0.utf8.count) && $0.isLabel }) else {
        return nil
      }
      // 127.1, 0x7f000001 and 017700000001 are addresses to some, and names to others.
      guard let last = labels.last, last.allSatisfy(\.isASCIIDigit) || last.lowercased().hasPrefix("0x") else {
        self = .name(isLocalhost: LoopbackName.contains(text))
        return
      }
      var bytes = in_addr()
      guard inet_pton(AF_INET, String(text), &bytes) == 1 else { return nil }
      self = .address(String(text), isLoopback: UInt32(bigEndian: bytes.s_addr) >> 24 == 127)
    }

    /// What it stands for, as far as that is known without asking. What other names stand for is looked up when they are
    /// called.
    var addresses: [String] {
      switch self {
      case .name(let isLocalhost): isLocalhost ? LoopbackName.addresses : []
      case .address(let address, _): [address]
      }
    }

    var isLoopback: Bool {
      switch self {
      case .name(let isLocalhost): isLocalhost
      case .address(_, let isLoopback): isLoopback
      }
    }
  }
}

extension Substring {
  /// Whether this can be a part of a host's name. Some have underscores.
  fileprivate var isLabel: Bool {
    !hasPrefix("-") && !hasSuffix("-") && allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == "-" || $0 == "_" }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
