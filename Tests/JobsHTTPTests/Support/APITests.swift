import Testing

/// What runs over a real store. One test at a time, beside one of ``FileAPITests``: each store takes an inotify instance,
/// of which a user has 128.
@Suite("The API", .serialized)
enum APITests {}

/// The same of files that come with jobs.
@Suite("The API for files", .serialized)
enum FileAPITests {}
