import ArgumentParser
import Kinds
import Orders

/// The options of the kinds that every service has.
struct BuiltInOptions: ParsableArguments {
  @Flag(help: "Leave out the kinds of work that every service has: orders.")
  var noBuiltinKinds = false

  @Option(help: "The time that one unit of an order's work takes: 0s, 250ms, 1s.")
  var pace = DurationArgument(.zero)

  /// The application's kinds, those that this package brings as the options want them.
  var kinds: [Kind] {
    Application.kinds.compactMap { kind in
      guard kind.isOrders else { return kind }
      return noBuiltinKinds ? nil : kind.paced(pace.duration)
    }
  }
}
