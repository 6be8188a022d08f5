import Foundation
import JobPrograms
import Kinds
import Testing

@Suite("A folder of kind files")
final class KindFilesTests {
  private let folder: URL

  init() throws {
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    folder = base.appending(path: "kinds-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  private func write(_ name: String, _ text: String) throws {
    try text.write(to: folder.appending(path: name), atomically: false, encoding: .utf8)
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: folder.appending(path: name).path, withDestinationPath: target)
  }

  private func file(name: String, path: String) -> String {
    "name: \(name)\npath: \(path)\nprogram: [./run]\n"
  }

  private func read() -> (kinds: [String], errors: [String]) {
    let files = KindFiles.read(folder: folder.path, look: .everything)
    let prefix = folder.path + "/"
    return (files.kinds.map(\.name), files.errors.map { $0.description.replacing(prefix, with: "") })
  }

  @Test("is read file by file, in the order of their names; hidden and other files are left out")
  func order() throws {
    try write("b.yaml", file(name: "two", path: "twos"))
    try write("a.yaml", file(name: "one", path: "ones"))
    try write(".c.yaml", "no kind")
    try write("d.yml", "no kind")
    try write("README", "no kind")
    #expect(read() == (["one", "two"], []))
    #expect(KindFiles.read(folder: folder.path, look: .everything).kinds[0].program == [folder.path + "/run"])
  }

  @Test("tells the first mistake of every file")
  func mistakes() throws {
    try write("a.yaml", "name: one\n")
    try write("b.yaml", file(name: "two", path: "twos"))
    try write("c.yaml", file(name: "three", path: "threes") + "title: [a]\n")
    let (kinds, errors) = read()
    #expect(kinds == ["two"])
    #expect(
      errors == [
        "a.yaml:1: path is missing: the first segment of the kind's URLs, such as path: sheets.",
        "c.yaml:4: title: This is a list. It must be a text.",
      ])
  }

  @Test("has no two kinds of one name or path")
  func conflicts() throws {
    try write("a.yaml", file(name: "one", path: "ones"))
    try write("b.yaml", "\n" + file(name: "one", path: "twos"))
    try write("c.yaml", file(name: "three", path: "ones"))
    let (kinds, errors) = read()
    #expect(kinds == ["one"])
    #expect(
      errors == [
        "b.yaml:2: name: a.yaml:1 has one too. Each kind needs a name of its own.",
        "c.yaml:2: path: a.yaml:2 has ones too. Each kind needs a path of its own.",
      ])
  }

  @Test("has no kind of a name or a path that the service has already")
  func taken() throws {
    try write("a.yaml", file(name: "order", path: "purchases"))
    try write("b.yaml", file(name: "purchase", path: "purchases"))
    try write("c.yaml", file(name: "two", path: "orders"))
    try write("d.yaml", file(name: "event", path: "four"))
    try write("e.yaml", file(name: "five", path: "metrics"))
    try write("f.yaml", file(name: "six", path: "sixes"))
    let order = Kind("order", path: "orders", noun: "purchase", input: #"{"type":"object"}"#, work: NoWork())
    let taken = TakenWords(by: [order], names: ["event"], paths: ["metrics"])
    let files = KindFiles.read(folder: folder.path, besides: taken, look: .everything)
    #expect(files.kinds.map(\.name) == ["six"])
    #expect(
      files.errors.map { $0.description.replacing(folder.path + "/", with: "") } == [
        "a.yaml:1: name: The service's kind order has order too. Each kind needs a name of its own.",
        "b.yaml:1: name: The service's kind order has purchase too. Each kind needs a name of its own.",
        "c.yaml:2: path: The service's kind order has orders too. Each kind needs a path of its own.",
        "d.yaml:1: name: The service itself has event too. Each kind needs a name of its own.",
        "e.yaml:2: path: The service itself has metrics too. Each kind needs a path of its own.",
      ])
  }

  @Test("has links within it, and none out of it")
  func links() throws {
    try FileManager.default.createDirectory(at: folder.appending(path: "..data"), withIntermediateDirectories: true)
    try write("..data/a.yaml", file(name: "one", path: "ones"))
    try link("a.yaml", to: "..data/a.yaml")
    try link("b.yaml", to: "/etc/hostname")
    try link("c.yaml", to: "nowhere")
    let (kinds, errors) = read()
    #expect(kinds == ["one"])
    #expect(
      errors == [
        "b.yaml: This is a link out of the folder, to /etc/hostname. Put the file, and its program, into the folder.",
        "c.yaml: This can't be read: No such file or directory. It must be a file.",
      ])
  }

  @Test("has only text files of at most 64 KiB under such names")
  func contents() throws {
    try FileManager.default.createDirectory(at: folder.appending(path: "a.yaml"), withIntermediateDirectories: true)
    #expect(mkfifo(folder.appending(path: "b.yaml").path, 0o600) == 0)
    let latin = Data("name: a\n# caf\u{E9}\n".unicodeScalars.map { UInt8($0.value) })
    try latin.write(to: folder.appending(path: "c.yaml"))
    try write("d.yaml", String(repeating: "é", count: 32_769))
    #expect(
      read().errors == [
        "a.yaml: This is not a file. A kind file is text in UTF-8.",
        "b.yaml: This is not a file. A kind file is text in UTF-8.",
        "c.yaml:2: This is not UTF-8. A kind file is text in UTF-8.",
        "d.yaml: The file is too long. It may have at most 65536 bytes.",
      ])
  }

  @Test("must be there, and may be empty")
  func missing() throws {
    let path = folder.path
    #expect(read() == ([], []))
    #expect(
      KindFiles.read(folder: path + "/none").errors.map(\.description)
        == ["\(path)/none: This can't be read as a folder of *.yaml files: No such file or directory."])
  }

  @Test("has programs that the file system is asked for")
  func programs() throws {
    try write("a.yaml", file(name: "one", path: "ones"))
    let error = { KindFiles.read(folder: self.folder.path).errors.first?.detail ?? "" }
    #expect(error().contains("is not there"))
    try write("run", "#!/bin/sh\n")
    #expect(error().contains("chmod +x \(folder.path)/run"))
    #expect(chmod(folder.path + "/run", 0o755) == 0)
    #expect(error() == "")
  }
}
