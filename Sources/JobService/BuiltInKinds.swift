import ArgumentParser
import Kinds
import Orders
import Reports

/// Which kinds the program itself has.
struct BuiltInKinds: ParsableArguments {
  @Flag(help: "Leave out the kinds of work that every service has: orders and reports.")
  var noBuiltinKinds = false

  var kinds: [Kind] {
    noBuiltinKinds ? Application.kinds.filter { !$0.isOrders && !$0.isReports } : Application.kinds
  }
}
