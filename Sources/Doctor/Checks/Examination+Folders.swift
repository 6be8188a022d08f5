extension Examination {
  /// Room for a few dozen of the longest bodies.
  private static let leastRoom: Int64 = 256 << 20

  /// Where nginx can't write, it answers long bodies 503, and cuts long answers off.
  mutating func lookAtFolders() {
    for folder in facts.temporaryFolders {
      switch folder.state {
      case .missing:
        report(
          "temporary-folder", at: folder.path,
          "there is no such folder (\(folder.directive)): \(Self.harm(folder))", mend: "make it, and reload nginx")
      case .there(_, let shut?, _):
        report(
          "temporary-folder", at: folder.path,
          """
          nginx's user \(facts.nginxUser?.name ?? "") may not write there (\(folder.directive)), for the mode of \
          \(shut): \(Self.harm(folder))
          """, mend: "give it to nginx's user, mode 0700, and let that user through the folders above")
      case .there(_, _, isReadOnly: true):
        report(
          "temporary-folder", at: folder.path,
          "its file system is read-only (\(folder.directive)): \(Self.harm(folder))",
          mend: "mount it to be written, or name another folder")
      case .there(let room, _, _) where room < Self.leastRoom:
        report(
          "temporary-space", at: folder.path,
          "\(room >> 20) MiB are left there (\(folder.directive)): without any, \(Self.harm(folder))",
          mend: "make room, or name a folder on another disk")
      case .there: break
      }
    }
  }

  private static func harm(_ folder: TemporaryFolder) -> String {
    folder.directive == "client_body_temp_path"
      ? "nginx answers bodies above client_body_buffer_size with 503" : "nginx cuts off answers above fastcgi_buffers"
  }
}
