import ArgumentParser
import Kinds
import Orders

/// Which kinds the program itself has.
struct BuiltInKinds: ParsableArguments {
  @Flag(help: "Leave out the kinds of work that every service has: orders.")
  var noBuiltinKinds = false

  var kinds: [Kind] {
    noBuiltinKinds ? Application.kinds.filter { !$0.isOrders } : Application.kinds
  }
}
