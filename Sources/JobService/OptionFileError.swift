/// Why the file that an option names can't be used. The reason repeats nothing of what is in the file: it may be a secret.
struct OptionFileError: Error, CustomStringConvertible {
  let description: String

  init(option: String, _ reason: String) {
    description = "\(option): \(reason)"
  }
}
