/// A block together with those around it, and what is in effect there.
struct Scope: Sendable {
  /// From the main part to the block itself.
  private let levels: [[Directive]]
  /// Where each of them begins.
  private let places: [Place]

  /// The main part.
  init(_ directives: [Directive], file: String) {
    (levels, places) = ([directives], [Place(file: file, line: 1)])
  }

  private init(_ outer: Scope, _ directive: Directive) {
    levels = outer.levels + [directive.block ?? []]
    places = outer.places + [directive.place]
  }

  func inner(_ directive: Directive) -> Scope { Scope(self, directive) }

  /// Where the block itself begins.
  var place: Place { places[places.count - 1] }

  var own: [Directive] { levels.last ?? [] }

  /// All of a name that are in effect: those of the innermost level that has any. That is nginx's rule for what may be
  /// given more than once, and why one fastcgi_param in a location loses all others.
  func all(_ name: String) -> [Directive] {
    for level in levels.reversed() {
      let found = level.filter { $0.name == name }
      if !found.isEmpty { return found }
    }
    return []
  }

  func first(_ name: String) -> Directive? { all(name).first }

  /// Its first argument.
  func value(_ name: String) -> String? { first(name)?.arguments.first }

  /// What a variable is set to, or else the default of its map.
  func variable(_ name: String) -> (value: String, place: Place)? {
    for level in levels.reversed() {
      let set = level.last { $0.name == "set" && $0.arguments.first == name && $0.arguments.count == 2 }
      if let set { return (set.arguments[1], set.place) }
      let map = level.last { $0.name == "map" && $0.arguments.last == name }
      if let value = map?.block?.last(where: { $0.name == "default" }), let text = value.arguments.first {
        return (text, value.place)
      }
    }
    return nil
  }

  /// Where to mend: the directive in effect, or the server part (in the main and the http part) that lacks it.
  func place(of name: String) -> Place { first(name)?.place ?? places[min(2, places.count - 1)] }
}
