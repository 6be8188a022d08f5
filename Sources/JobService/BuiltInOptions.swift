import ArgumentParser
import Kinds
import Orders

/// The options of the kinds that every service has.
struct BuiltInOptions: ParsableArguments {
  @OptionGroup
  private var builtIn: BuiltInKinds

  @Option(help: "The time that one unit of an order's work takes: 0s, 250ms, 1s.")
  var pace = DurationArgument(.zero)

  /// The application's kinds, those that this package brings as the options want them.
  var kinds: [Kind] { builtIn.kinds.map { $0.isOrders ? $0.paced(pace.duration) : $0 } }
}
