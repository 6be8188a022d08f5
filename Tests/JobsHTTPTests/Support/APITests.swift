import Testing

/// What runs over a real store. One at a time: each store takes an inotify instance, of which a user has 128.
@Suite("The API", .serialized)
enum APITests {}
