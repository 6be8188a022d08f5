import ArgumentParser
import Foundation
import Jobs
import JobsSQLite

/// `orders drop-callbacks`: for a service that sends none any more.
struct DropCallbacks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop-callbacks", abstract: "Drop the callbacks that are still to be sent.",
    discussion: """
      A job whose callback is still to be sent does not expire. Where the service runs without --callbacks from now on, \
      drop them: no process sends them. Without --confirm they are only counted.
      Run it as the service's user, while the service runs or not. What is dropped is never sent.
      Exit status: 0 done, 1 --confirm is missing, 75 the store can't be written now, 78 not a store of ours.
      """)

  @Option(help: ArgumentHelp("Where the jobs live.", valueName: "sqlite:PATH"))
  var store: StoreLocation

  @Flag(help: "Drop them.")
  var confirm = false

  func run() async throws {
    let location = store.text
    try await store.withMember { store in
      let waiting = try await store.unsettledCallbacks()
      print(waiting == 1 ? "1 callback has not been sent yet." : "\(waiting) callbacks have not been sent yet.")
      guard waiting > 0 else { return }
      guard confirm else {
        print("Nothing was done. To drop them: orders drop-callbacks --store \(location) --confirm")
        throw ExitCode(1)
      }
      var dropped = 0
      while case let count = try await store.dropCallbacks(limit: 500), count > 0 { dropped += count }
      print(dropped == 1 ? "1 callback was dropped." : "\(dropped) callbacks were dropped.")
    }
  }
}
