import Testing

/// All tests of the running product, one after another: each has the machine's two cores for itself, as its limits want.
@Suite("Behind nginx", .serialized)
enum BehindNginx {}
