import ArgumentParser
import Kinds
import Orders

/// The options of the kinds that every service has.
struct BuiltInOptions: ParsableArguments {
  @OptionGroup
  private var builtIn: BuiltInKinds

  @OptionGroup
  var service: ServiceOptions

  @Option(help: "The time that one unit of an order's work takes in a step that calls no service: 0s, 250ms, 1s.")
  var pace = DurationArgument(.zero)

  /// The application's kinds, as they are declared.
  var kinds: [Kind] { builtIn.kinds }

  /// The same kinds, those that this package brings with the work that the options want.
  func workingKinds() throws -> [Kind] {
    let services = try service.services()
    return kinds.map { $0.isOrders ? $0.calling(services, pace: pace.duration) : $0 }
  }
}
