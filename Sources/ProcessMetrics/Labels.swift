/// Names and labels as Prometheus writes them.
enum Labels {
  /// `route="/reports",method="GET"`, in the order given; empty where there are none.
  static func text(_ labels: [(String, String)]) -> String {
    labels.map { name, value in "\(legal(name))=\"\(escaped(value))\"" }.joined(separator: ",")
  }

  /// A name without what no name may have: `http.requests` is `http_requests`.
  static func legal(_ name: String) -> String {
    let legal = String(name.unicodeScalars.map { isLegal($0) ? Character($0) : "_" })
    return legal.first?.isNumber ?? true ? "_" + legal : legal
  }

  private static func isLegal(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }

  private static func escaped(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      case "\t": text += " "
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
