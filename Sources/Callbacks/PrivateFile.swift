import Foundation
package import Glibc

/// A short file with secrets, which only its owner and its group may read, and only its owner may write. The owner is
/// root or the user that the service runs as: another one could change the secrets at any time.
package enum PrivateFile {
  /// Why it can't be read; names nothing of what is in it.
  package struct Failure: Error {
    package let description: String
  }

  /// All of it. `longest` is the most bytes that it may have. `user` is whom the service runs as; `nil` takes any user's
  /// file, for a caller that believes nothing of what is in it.
  package static func text(
    of path: String, longest: Int, for user: uid_t? = geteuid()
  ) throws(Failure) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw Failure(description: "\(path) can't be read: \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= longest else {
      throw Failure(description: "\(path) is not a short file")
    }
    guard info.st_mode & 0o027 == 0 else {
      let mode = String(info.st_mode & 0o777, radix: 8)
      throw Failure(description: "\(path) is open to others (mode \(mode)): chmod 0600 it")
    }
    if let user, info.st_uid != 0, info.st_uid != user {
      throw Failure(
        description: "\(path) belongs to the user \(name(of: info.st_uid)): chown it to \(name(of: user))")
    }
    do {
      return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    } catch {
      throw Failure(description: "\(path) can't be read: \(error)")
    }
  }

  private static func name(of user: uid_t) -> String {
    getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? String(user)
  }
}
