import Glibc

/// By path: a test must not open the database's own files either.
func fileSize(_ path: String) -> Int {
  var info = stat()
  return stat(path, &info) == 0 ? Int(info.st_size) : -1
}

func exists(_ path: String) -> Bool { fileSize(path) >= 0 }
