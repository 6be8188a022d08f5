import ArgumentParser
import Foundation
import Jobs
import JobsSQLite

/// `orders expire`: confirms what is too much to expire by itself.
struct Expire: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which ended jobs wait for a confirmation to expire, and confirm it.",
    discussion: """
      With --keep-final, responders let jobs expire by themselves as long as no more than 30 days of ends of one kind \
      would expire at once. More waits for this command: after a clock that was wrong, a service that was down for long, or \
      a shorter --keep-final. Without --confirm nothing changes.
      Run it as the service's user, while the service runs or not. What expires is gone for good.
      Exit status: 0 done, 1 --confirm is missing, 75 the store can't be written now, 78 not a store of ours, or the clock \
      is not to be believed.
      """)

  @Option(help: ArgumentHelp("Where the jobs live.", valueName: "sqlite:PATH"))
  var store: StoreLocation

  @Option(help: ArgumentHelp("Only jobs of this kind. (default: all kinds)", valueName: "name"))
  var kind: String?

  @Flag(help: "Let them expire now.")
  var confirm = false

  func run() async throws {
    let (location, kind) = (store.text, kind)
    try await store.withMember { store in
      let all = try store.heldExpiries().filter { kind == nil || $0.kind.rawValue == kind }
      guard !all.isEmpty else {
        print("Nothing waits for a confirmation to expire.")
        return
      }
      for held in all {
        print(
          """
          \(held.count == 1 ? "1 job" : "\(held.count) jobs") of kind \(held.kind) ended from \(held.oldest.text) to \
          \(held.end.text) and would expire.
          """)
      }
      let now = Timestamp.now
      guard all.allSatisfy({ $0.end < now }) else {
        print("The second time is not over: the clock was wrong, or is wrong now. Nothing was done.")
        throw ExitCode(EX_CONFIG)
      }
      guard confirm else {
        let only = kind.map { " --kind \($0)" } ?? ""
        print("Nothing was done. To let them expire: orders expire --store \(location)\(only) --confirm")
        throw ExitCode(1)
      }
      var expired = 0
      for held in all {
        while true {
          let ids = try await store.expire(held.kind, endedBefore: held.end, limit: 500, at: now)
          guard !ids.isEmpty else { break }
          expired += ids.count
        }
      }
      print("\(expired) expired.")
    }
  }
}

extension StoreLocation {
  /// Runs `body` with the store at this place, which has to be there, as one of its members.
  func withMember(_ body: (SQLiteJobStore) async throws -> Void) async throws {
    do {
      guard access(path, R_OK) == 0 else {
        throw errno == EACCES
          ? StoreError(.unavailable, operation: "open", cause: "\(path): permission denied")
          : StoreError(.unusable, operation: "open", cause: "there is no \(path)")
      }
      try StoreOwner.refuseStranger(folderOf: path, operation: "open")
      let store = try open(lease: .seconds(10)) { FileHandle.standardError.write(Data("orders: \($0)\n".utf8)) }
      do {
        try await body(store)
      } catch {
        await store.close()
        throw error
      }
      await store.close()
    } catch let error as StoreError {
      complain(error)
      throw ExitCode(error.code == .unusable ? EX_CONFIG : EX_TEMPFAIL)
    }
  }
}

extension Timestamp {
  /// For people: 2026-11-28T12:00:00Z.
  fileprivate var text: String {
    Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(.iso8601)
  }
}
