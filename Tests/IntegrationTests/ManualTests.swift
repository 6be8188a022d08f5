import Foundation
import TestSupport
import Testing

extension BehindNginx {
  /// What the shipped binary says about itself, and what is written about it.
  @Suite("The manual")
  struct ManualTests {
    private struct Command {
      let name: String
      let options: Set<String>
    }

    private let page: String

    init() throws {
      page = try String(contentsOfFile: RunningService.repository + "/deploy/man/orders.1", encoding: .utf8)
    }

    /// All commands by the binary's own account, the root first; their long options, without the hidden.
    private func commands() throws -> [Command] {
      let dump = try run(RunningService.binary, ["--experimental-dump-help"])
      let json = try JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any]
      func command(_ json: [String: Any]) throws -> Command {
        let options = (json["arguments"] as? [[String: Any]] ?? []).filter { $0["shouldDisplay"] as? Bool == true }
          .flatMap { $0["names"] as? [[String: String]] ?? [] }.filter { $0["kind"] == "long" }
          .compactMap { $0["name"] }
        // Those of its own commands too: they are told of together.
        let inner = try (json["subcommands"] as? [[String: Any]] ?? []).map(command)
        return Command(
          name: try #require(json["commandName"] as? String),
          options: inner.filter { $0.name != "help" }.reduce(into: Set(options)) { $0.formUnion($1.options) })
      }
      let root = try #require(json?["command"] as? [String: Any])
      var alone = root
      alone["subcommands"] = nil
      return try [command(alone)] + (root["subcommands"] as? [[String: Any]] ?? []).map(command)
    }

    @Test("tells the defaults that the API's document and the program have")
    func defaults() throws {
      let document = try String(
        contentsOfFile: RunningService.repository + "/Sources/JobsHTTP/README.md", encoding: .utf8)
      let rows = MarkdownTable(in: document, below: "Limits").rows.filter { $0[2].hasPrefix("`--") }
      #expect(rows.count == 8)
      let help = try run(RunningService.binary, ["serve", "--help"]).output
        .split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let manual = page.split(separator: "\n").joined(separator: " ")
      for row in rows {
        let option = row[2].filter { $0 != "`" }
        let value = row[1].replacing(" bytes", with: "").filter { $0 != " " }
        let isHelped = help.ranges(of: option + " <").contains { found in
          help[found.upperBound...].prefix(400).firstRange(of: "(default: ").map {
            help[$0.upperBound...].hasPrefix(value + ")")
          } ?? false
        }
        #expect(isHelped, "\(option) \(value)")
        let told = manual.firstRange(of: ".It Fl \(option.dropFirst()) ").map { manual[$0.upperBound...].prefix(300) }
        #expect(told?.contains(" \(value) by default") == true, "\(option) \(value)")
      }
    }

    /// The long options that a part of the page tells of, by its heading.
    private var told: [String: Set<String>] {
      var told: [String: Set<String>] = [:]
      var heading = ""
      for line in page.split(separator: "\n") {
        if let name = line.firstMatch(of: /^\.S[hs] (.+)$/)?.1 { heading = String(name) }
        guard line.hasPrefix(".It Fl ") else {
          if line.hasPrefix(".Ss ") { told[heading] = [] }
          continue
        }
        for option in line.matches(of: /Fl -([a-z-]+)/) { told[heading, default: []].insert(String(option.1)) }
      }
      return told
    }

    @Test("has every command with every option, and no other")
    func options() async throws {
      try await blocking {
        let told = told
        let client = try #require(told["Client options"])
        let member = try #require(told["Options of serve and work"])
        let commands = try commands()
        let root = try #require(commands.first)
        #expect(told["OPTIONS OF EVERY COMMAND"] == root.options.union(["generate-completion-script"]))
        let subcommands = commands.dropFirst().filter { $0.name != "help" }
        #expect(subcommands.count == 18)
        for command in subcommands {
          let own = try #require(told[command.name], "the page lacks \(command.name)")
          let shared = command.options.contains("url") ? client : command.options.contains("drain") ? member : []
          #expect(own.union(shared).union(root.options) == command.options, "\(command.name)")
          #expect(page.contains("\n.Nm\n.Cm \(command.name)\n"), "the synopsis lacks \(command.name)")
        }
        #expect(
          Set(told.keys)
            == Set(subcommands.map(\.name)).union(
              ["Client options", "Options of serve and work", "OPTIONS OF EVERY COMMAND"]))
      }
    }

    @Test(
      "every command has help that says what it is, and what its exit status means",
      arguments: [
        "submit", "list", "search", "status", "watch", "cancel", "result", "log", "remove", "serve", "work", "backup",
        "check", "doctor",
        "expire",
        "drop-callbacks", "kinds list", "kinds drop", "kinds check", "kinds show", "kinds nginx",
      ])
    func help(_ command: String) async throws {
      try await blocking {
        let help = try run(RunningService.binary, command.split(separator: " ").map(String.init) + ["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("USAGE: orders \(command)"))
        #expect(help.output.contains("OVERVIEW: "))
        if command != "list" { #expect(help.output.contains("Exit status: 0")) }
      }
    }

    @Test("bash completes commands, options and values")
    func bash() async throws {
      try await blocking {
        let folder = try TemporaryFolder()
        let shell = try Completion(folder)
        let syntax = try run("/bin/bash", ["-n", shell.script])
        #expect(syntax.status == 0, "\(syntax.errors)")
        for (words, expected) in [
          (["wa"], ["watch"]), (["list", "--status", "c"], ["complete", "cancelled"]),
          (["list", "--order", ""], ["oldest", "newest"]), (["submit", "--am"], ["--amount"]),
          (["serve", "--log-level", "cr"], ["critical"]),
        ] {
          #expect(try shell.offered(words) == Set(expected), "\(words)")
        }
      }
    }

    @Test("zsh takes the completion script, which knows commands, options and values")
    func zsh() async throws {
      try await blocking {
        let folder = try TemporaryFolder()
        let script = folder.path + "/_orders"
        let text = try run(RunningService.binary, ["--generate-completion-script", "zsh"]).output
        try text.write(toFile: script, atomically: false, encoding: .utf8)
        let syntax = try run("/usr/bin/zsh", ["-n", script])
        #expect(syntax.status == 0, "\(syntax.errors)")
        #expect(text.hasPrefix("#compdef orders\n"))
        for word in ["'watch:", "--amount", "cancelled", "newest"] { #expect(text.contains(word), "\(word)") }
        // Where zsh finds it on its path, it is what completes the command.
        let found = try run(
          "/usr/bin/zsh",
          [
            "-f", "-c",
            "fpath=(\(folder.path) $fpath); autoload -U compinit; compinit -u -D; print -r -- $_comps[orders]",
          ],
          environment: ["HOME": folder.path])
        #expect(found.output == "_orders\n", "\(found.errors)")
      }
    }
  }
}
