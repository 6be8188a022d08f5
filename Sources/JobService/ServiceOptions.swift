import ArgumentParser
import Callbacks
import HTTPClient
import Orders

/// The services that the work on orders calls.
struct ServiceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Look for each product of an order: GET URL/{product}.", valueName: "url"))
  var productsURL: String?

  @Option(help: ArgumentHelp("Look for the user of an order: GET URL/{user}.", valueName: "url"))
  var usersURL: String?

  @Option(help: ArgumentHelp("Pass each order on: POST URL.", valueName: "url"))
  var metadataURL: String?

  @Option(
    help: ArgumentHelp("Send these services the token in this file: Authorization: Bearer TOKEN.", valueName: "file"))
  var serviceTokenFile: String?

  @Option(help: ArgumentHelp("Calls of one service that a process makes at once.", valueName: "n"))
  var serviceConnections = 8

  /// The token can't be used.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Fits into one field of a request.
  private static let longestToken = 4096

  func validate() throws {
    if serviceConnections < 1 { throw ValidationError("--service-connections must be at least 1") }
    let services = try configuration()
    guard serviceTokenFile != nil else { return }
    let urls = [services.products, services.users, services.metadata].compactMap(\.self)
    if urls.isEmpty {
      throw ValidationError("--service-token-file is for --products-url, --users-url and --metadata-url: give one")
    }
    if let open = urls.first(where: { $0.scheme != "https" && !$0.isLoopback }) {
      throw ValidationError(
        "--service-token-file: \(open.text) is plain HTTP to another machine, where others can read the token: use https"
      )
    }
  }

  /// Reads the token.
  func services() throws -> OrderServices {
    var configuration = try configuration()
    if let serviceTokenFile { configuration.token = try Self.token(in: serviceTokenFile) }
    return OrderServices(configuration, client: Application.client)
  }

  private func configuration() throws(ValidationError) -> OrderServices.Configuration {
    var configuration = OrderServices.Configuration()
    configuration.products = try Self.url(productsURL, of: "--products-url")
    configuration.users = try Self.url(usersURL, of: "--users-url")
    configuration.metadata = try Self.url(metadataURL, of: "--metadata-url")
    configuration.connections = serviceConnections
    configuration.userAgent = Application.userAgent
    return configuration
  }

  /// A login is refused: everyone on the machine can read the command line. What may be one is not repeated.
  private static func url(_ text: String?, of option: String) throws(ValidationError) -> BaseURL? {
    guard let text else { return nil }
    guard let url = BaseURL(text), url.user == nil, url.password == nil else {
      throw ValidationError(
        "\(option) is like https://services.example/path: no query, no fragment, and no login (see --service-token-file)"
      )
    }
    return url
  }

  private static func token(in file: String) throws(Failure) -> String {
    let text: String
    do {
      text = try PrivateFile.text(of: file, longest: longestToken)
    } catch {
      throw Failure(description: "--service-token-file: \(error.description)")
    }
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.count == 1, lines[0].utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Failure(description: "--service-token-file: \(file) is not one line of visible ASCII characters")
    }
    return String(lines[0])
  }
}
