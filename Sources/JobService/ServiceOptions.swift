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

  /// Fits into one field of a request.
  private static let longestToken = 4096

  func validate() throws {
    if serviceConnections < 1 { throw ValidationError("--service-connections must be at least 1") }
    let urls = try [
      productsURL?.checked(of: "--products-url"), usersURL?.checked(of: "--users-url"),
      metadataURL?.checked(of: "--metadata-url"),
    ].compactMap(\.self)
    guard serviceTokenFile != nil else { return }
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
    var configuration = OrderServices.Configuration()
    configuration.products = productsURL?.url
    configuration.users = usersURL?.url
    configuration.metadata = metadataURL?.url
    configuration.token = try serviceTokenFile.map(Self.token)
    configuration.connections = serviceConnections
    configuration.userAgent = Application.userAgent
    return OrderServices(configuration, client: Application.client)
  }

  private static func token(in file: String) throws(OptionFileError) -> String {
    func unusable(_ reason: String) -> OptionFileError { OptionFileError(option: "--service-token-file", reason) }
    let text: String
    do {
      text = try PrivateFile.text(of: file, longest: longestToken)
    } catch {
      throw unusable(error.description)
    }
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.count == 1, lines[0].utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw unusable("\(file) is not one line of visible ASCII characters")
    }
    return String(lines[0])
  }
}

/// The URL of a service. A malformed one is an error of `validate()` only: the argument parser would repeat it in its message, with
/// the login that it may have.
struct ServiceURL: ExpressibleByArgument {
  /// `nil` where it is malformed.
  let url: BaseURL?

  /// A login is refused: everyone on the machine can read the command line.
  init(argument: String) {
    let url = BaseURL(argument)
    self.url = url?.user == nil && url?.password == nil ? url : nil
  }

  func checked(of option: String) throws(ValidationError) -> BaseURL {
    guard let url else {
      throw ValidationError(
        "\(option) must be an http or https URL such as https://shop.example/products, without query, fragment and login "
          + "(for a login see --service-token-file)"
      )
    }
    return url
  }
}
