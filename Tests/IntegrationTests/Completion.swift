import Foundation
import TestSupport

/// The completion of bash, as bash itself does it.
struct Completion {
  let script: String

  /// Puts the script into `folder`.
  init(_ folder: TemporaryFolder) throws {
    script = folder.path + "/orders.bash"
    try run(RunningService.binary, ["--generate-completion-script", "bash"]).output
      .write(toFile: script, atomically: false, encoding: .utf8)
  }

  /// What is offered for the last of the words: the function registered for the command is called with the words so far.
  func offered(_ words: [String], environment: [String: String] = [:]) throws -> Set<String> {
    let ask = #"""
      source "$0"
      COMP_WORDS=("$ORDERS_BINARY" "$@"); COMP_CWORD=$#; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
      registered=$(complete -p orders); registered=${registered##*-F }
      "${registered%% *}" orders "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\n' "${COMPREPLY[@]}"
      """#
    let answer = try run(
      "/bin/bash", ["--norc", "-c", ask, script] + words,
      environment: environment.merging(["ORDERS_BINARY": RunningService.binary]) { $1 })
    guard answer.errors.isEmpty else { throw HTTPClient.Failure(description: "completion: \(answer.errors)") }
    return Set(answer.output.split(separator: "\n").map(String.init))
  }
}
