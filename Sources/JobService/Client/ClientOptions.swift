import ArgumentParser
import Foundation
import JobsClient

/// The options of every command that asks a service.
struct ClientOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the service is. (default: ORDERS_URL, else \(ServiceAddress.local))", valueName: "url"))
  var url: String?

  @Flag(help: "Ask a service on another machine by plain HTTP too: others can read what is sent, a login included.")
  var insecureHttp = false

  @Flag(help: "Print the service's documents as they are, one a line.")
  var json = false

  @Option(help: ArgumentHelp("How long the service may be silent.", valueName: "duration"))
  var timeout = DurationArgument(.seconds(30))

  func validate() throws {
    if timeout.duration <= .zero { throw ValidationError("--timeout must be longer than 0s") }
    _ = try address()
  }

  private func address() throws -> ServiceAddress {
    do {
      return try ServiceAddress(
        argument: url, environment: ProcessInfo.processInfo.environment, allowsPlainHTTP: insecureHttp)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// Runs a command. Where it comes to nothing, says why on standard error, and what the service said on standard output
  /// where documents are wanted.
  func ask(_ body: (ServiceClient) async throws(ClientFailure) -> ClientExit) async throws {
    let address = try address()
    let service = ServiceClient(
      address: address, timeout: timeout.duration, agent: "orders/\(Application.version)")
    let status: ClientExit
    do throws(ClientFailure) {
      status = try await body(service)
    } catch {
      if json, let document = error.document { StandardOutput.line(StandardOutput.document(document)) }
      StandardError.complain(error.description)
      throw ExitCode(error.status.rawValue)
    }
    if status != .complete { throw ExitCode(status.rawValue) }
  }

  /// Follows jobs to their ends.
  func watch(_ watch: Watch) async throws(ClientFailure) -> ClientExit {
    let bars = json ? nil : BarDisplay(environment: ProcessInfo.processInfo.environment)
    let display: any WatchDisplay = bars ?? LineDisplay(isJSON: json)
    var watch = watch
    return try await watch.run { display.show($0, $1) }
  }

  /// One status document.
  func show(_ document: StatusDocument) {
    if json {
      StandardOutput.line(StandardOutput.document(document.bytes))
    } else {
      for line in document.facts { StandardOutput.line(line) }
    }
  }
}
