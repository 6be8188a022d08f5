import ArgumentParser
import Callbacks
import HTTPClient
import Orders

/// The services that the work on orders calls.
struct ServiceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Look for each product of an order: GET URL/{product}.", valueName: "url"))
  var productsURL: ServiceURL?

  @Option(help: ArgumentHelp("Look for the user of an order: GET URL/{user}.", valueName: "url"))
  var usersURL: ServiceURL?

  @Option(help: ArgumentHelp("Pass each order on: POST URL.", valueName: "url"))
  var metadataURL: ServiceURL?

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

  private var urls: [ServiceURL] { [productsURL, usersURL, metadataURL].compactMap(\.self) }

  func validate() throws {
    if serviceConnections < 1 { throw ValidationError("--service-connections must be at least 1") }
    guard serviceTokenFile != nil else { return }
    if urls.isEmpty {
      throw ValidationError("--service-token-file is for --products-url, --users-url and --metadata-url: give one")
    }
    if let open = urls.first(where: { $0.base.scheme != "https" && !$0.base.isLoopback }) {
      throw ValidationError(
        "--service-token-file: \(open.base.text) is plain HTTP to another machine, where others can read the token: use https"
      )
    }
  }

  /// Reads the token.
  func services() throws(Failure) -> OrderServices {
    guard !urls.isEmpty else { return .none }
    var configuration = OrderServices.Configuration()
    configuration.products = productsURL?.base
    configuration.users = usersURL?.base
    configuration.metadata = metadataURL?.base
    if let serviceTokenFile { configuration.token = try Self.token(in: serviceTokenFile) }
    configuration.connections = serviceConnections
    configuration.userAgent = Application.userAgent
    return OrderServices(configuration, client: Application.client)
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

/// `https://services.example/products`.
struct ServiceURL: ExpressibleByArgument {
  let base: BaseURL

  /// A login is refused: everyone on the machine can read the command line.
  init?(argument: String) {
    guard let base = BaseURL(argument), base.user == nil, base.password == nil else { return nil }
    self.base = base
  }
}
