import Jobs
import StrictJSON

extension Kind {
  /// Everything that is declared but the work, as JSON: the same for the same declaration, in any process.
  public var declaration: [UInt8] {
    var writer = JSONWriter(capacity: 1024)
    writer.raw("[")
    for text in [
      name.rawValue, path, noun, title, description ?? "", example ?? "", resultType, result, log?.rawValue ?? "",
      form == .bytes ? "" : "\(form)", files.isEmpty ? "" : "\(files)", "\(limits)",
      attempts.map(String.init) ?? "", keep.map { "\($0)" } ?? "", definition, search ?? "",
    ] {
      writer.string(text)
      writer.raw(",")
    }
    writer.value((try? input.get().openAPI) ?? .null)
    writer.raw("]")
    return writer.bytes
  }
}
