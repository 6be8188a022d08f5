import Testing

@testable import Doctor

@Suite("The location that nginx chooses")
struct LocationTests {
  private static let server = """
    http { server {
      location = / { root exact; }
      location / { root all; }
      location /orders { root orders; location ~ \\.json$ { root inside; } location /orders/old { root old; } }
      location ^~ /orders/final { root final; }
      location ~ /events/?$ { root events; }
      location ~* ^/HEALTHZ/?$ { root health; }
      location @named { root named; }
    } }
    """

  @Test(
    "is an equal one, the longest beginning and what is inside it, or the first regular expression",
    arguments: [
      ("/", "exact"), ("/a", "all"), ("/orders", "orders"), ("/orders/1", "orders"), ("/orders/a.json", "inside"),
      ("/orders/old/1", "old"), ("/orders/1/events", "events"), ("/orders/events/", "events"),
      ("/orders/final/events", "final"), ("/healthz", "health"), ("/@named", "all"),
    ])
  func chosen(_ path: String, _ root: String) throws {
    let server = try #require(try NginxConfiguration(Self.server).servers.first)
    #expect(Location.chosen(for: path, among: server.locations)?.scope.value("root") == root)
  }

  @Test("has what is in effect around it, and of what may be repeated only its own, if it has any")
  func inherited() throws {
    let nginx = try NginxConfiguration(
      """
      http { gzip on; fastcgi_param A 1; fastcgi_param B 2; server { gzip off;
        location /a { fastcgi_param C 3; } location /b { } } }
      """)
    let locations = try #require(nginx.servers.first).locations
    #expect(locations.map { $0.scope.value("gzip") } == ["off", "off"])
    #expect(locations[0].scope.all("fastcgi_param").map { $0.arguments[0] } == ["C"])
    #expect(locations[1].scope.all("fastcgi_param").map { $0.arguments[0] } == ["A", "B"])
    #expect(locations[1].scope.place(of: "gzip") == Place(file: "nginx.conf", line: 1))
    #expect(locations[1].scope.place == Place(file: "nginx.conf", line: 2))
  }

  @Test(
    "has times and sizes as nginx writes them",
    arguments: [("75s", 75_000), ("60", 60_000), ("1m30s", 90_000), ("500ms", 500), ("1h", 3_600_000), ("x", nil)])
  func durations(_ text: String, _ milliseconds: Int?) {
    #expect(NginxValue.duration(text) == milliseconds.map { .milliseconds($0) })
    #expect(NginxValue.size("1088k") == 1_114_112)
    #expect(NginxValue.size("1M") == 1 << 20)
    #expect(NginxValue.size("99999999999999999999g") == nil)
    #expect(NginxValue.size("9999999999999999g") == nil)
  }
}
