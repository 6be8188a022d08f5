import Glibc

/// What `nginx -T` prints: every file that it read, each once, behind a line that names it. Includes stay as they are.
struct NginxDump {
  private static let head = "# configuration file "

  private struct File {
    var name: String
    var text: Substring
  }

  private var files: [File] = []

  /// Text without such lines is one file.
  init(_ text: String) {
    var rest = text[...]
    var begins: [(name: String, head: String.Index, text: String.Index)] = []
    while !rest.isEmpty {
      let end = rest.utf8.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let next = end == rest.endIndex ? end : rest.utf8.index(after: end)
      let line = trimmed(rest[..<end]).utf8
      if line.starts(with: Self.head.utf8), line.last == UInt8(ascii: ":") {
        let name = line.dropFirst(Self.head.utf8.count).dropLast()
        begins.append((String(Substring(name)), rest.startIndex, next))
      }
      rest = rest[next...]
    }
    for (index, begin) in begins.enumerated() {
      let end = index + 1 < begins.count ? begins[index + 1].head : text.endIndex
      files.append(File(name: begin.name, text: text[begin.text..<end]))
    }
    if begins.isEmpty { files = [File(name: "nginx.conf", text: text[...])] }
  }

  var names: [String] { files.map(\.name) }

  func directives() throws(UnreadableConfiguration) -> [Directive] {
    var depth = 0
    return try directives(of: files[0], &depth)
  }

  private func directives(of file: File, _ depth: inout Int) throws(UnreadableConfiguration) -> [Directive] {
    var words = NginxWords(file.text, file: file.name)
    depth += 1
    defer { depth -= 1 }
    guard depth < 20 else { throw UnreadableConfiguration(place: words.place, reason: "files that include each other") }
    return try block(&words, isFile: true, &depth)
  }

  private func block(
    _ words: inout NginxWords, isFile: Bool, _ depth: inout Int
  ) throws(UnreadableConfiguration) -> [Directive] {
    var found: [Directive] = []
    var (texts, place): ([String], Place?) = ([], nil)
    while let word = try words.next() {
      switch word {
      case .text(let text):
        if texts.isEmpty { place = words.place }
        texts.append(text)
      case .end, .open:
        guard let name = texts.first, let begin = place else {
          throw UnreadableConfiguration(place: words.place, reason: "a directive without a name")
        }
        let inner = word == .open ? try block(&words, isFile: false, &depth) : nil
        let directive = Directive(name: name, arguments: Array(texts.dropFirst()), place: begin, block: inner)
        found += name == "include" && inner == nil ? try included(by: directive, &depth) : [directive]
        texts = []
      case .close:
        guard !isFile, texts.isEmpty else {
          throw UnreadableConfiguration(place: words.place, reason: "a } that closes nothing")
        }
        return found
      }
    }
    guard isFile, texts.isEmpty else {
      throw UnreadableConfiguration(place: words.place, reason: "the file ends in the middle")
    }
    return found
  }

  /// In place of an include. A pattern may match nothing; nginx itself refuses a name that does.
  private func included(by include: Directive, _ depth: inout Int) throws(UnreadableConfiguration) -> [Directive] {
    guard let pattern = include.arguments.first else { return [] }
    let folder = files[0].name.lastIndex(of: "/").map { String(files[0].name[...$0]) } ?? ""
    let whole = pattern.hasPrefix("/") ? pattern : folder + pattern
    var found: [Directive] = []
    for file in files where fnmatch(whole, file.name, FNM_PATHNAME) == 0 {
      found += try directives(of: file, &depth)
    }
    return found
  }
}
