import Glibc
import Jobs

/// The names in a folder, without `.` and `..`.
enum FolderListing {
  static func entries(of folder: Int32) throws(SystemFault) -> [String] {
    let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else { throw SystemFault("open a folder") }
    defer { closedir(stream) }
    return names(in: stream)
  }
}
