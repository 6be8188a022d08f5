import ArgumentParser
import FastCGI
import Foundation
import JobPrograms
import Kinds

/// `orders kinds nginx`.
struct KindsForNginx: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nginx", abstract: "Print what nginx needs to know of kinds that take files.",
    discussion: """
      How long a body of each kind may be, as an include: orders kinds nginx DIR >/etc/nginx/orders/uploads.conf, and then \
      nginx -s reload. deploy/up and orders-rolling-restart do that themselves.
      Exit status: 0 done, 78 a kind file has a mistake or can't be read.
      """)

  @Option(help: ArgumentHelp("As responders have it.", valueName: "bytes"))
  var bodyLimit = Server.Configuration().bodyLimit

  @Argument(help: ArgumentHelp("The folder with the kind files.", valueName: "dir"), completion: .directory)
  var folder: String

  func run() throws {
    let files = KindFiles.read(folder: folder)
    for error in files.errors { FileHandle.standardError.write(Data("\(error)\n".utf8)) }
    guard files.errors.isEmpty else { throw ExitCode(EX_CONFIG) }
    print("# Bodies of the kinds of work that take files. Made by orders kinds nginx; requests.conf includes it.")
    for file in files.kinds {
      var kind = file.kind(work: WorkOfOtherProcesses())
      kind.limits.body = kind.limits.body ?? bodyLimit
      if let most = kind.mostUploaded { print(Self.rules(for: kind.path, most: most), terminator: "") }
    }
  }

  /// nginx takes a little more, so that the 413 is the responders'. Its own says the limit of the address that was asked for:
  /// `$uri` is not that any more where the document is written, but for mount.conf, which puts the document's address
  /// behind it. The locations fit into any path.
  private static func rules(for path: String, most: Int) -> String {
    let pattern = path.replacing(".", with: #"\."#)
    return """

      if ($request_uri ~ "^[^?]*/\(pattern)/?(\\?|$)") { set $orders_body_limit \(most); }
      location ~ /\(pattern)/?/\\.problem/413$ {
        internal;
        client_max_body_size 0;  # as in problem-documents.conf
        set $orders_body_limit \(most);
        rewrite ^(.*)/\(pattern)/?/\\.problem/413$ $1/.problem/413 last;
      }
      location ~ /\(pattern)/?$ {
        client_max_body_size \(most + (64 << 10));
        fastcgi_send_timeout 10m;  # several may wait for the disk
        fastcgi_read_timeout 10m;
        fastcgi_pass orders;
      }

      """
  }
}
