import Testing

@testable import Doctor

@Suite("What nginx -T prints")
struct NginxDumpTests {
  private func directives(_ text: String) throws -> [Directive] { try NginxDump(text).directives() }

  @Test("is taken apart as nginx does it: quotes, backslashes, comments, variables with braces")
  func words() throws {
    let found = try directives(
      """
      user www-data; # who; {
      return 400 '{"a":"\\'x\\'"}' ;log_format a "one" 'two#three'
        four#five ${six}seven;
      location ~ \\.php$ { fastcgi_pass a; }
      """)
    #expect(found.map(\.name) == ["user", "return", "log_format", "location"])
    #expect(found[1].arguments == ["400", #"{"a":"'x'"}"#])
    #expect(found[2].arguments == ["a", "one", "two#three", "four#five", "${six}seven"])
    #expect(found[2].place == Place(file: "nginx.conf", line: 2))
    #expect(found[3].arguments == ["~", #"\.php$"#])
    #expect(found[3].block?.map(\.name) == ["fastcgi_pass"])
    #expect(found[3].block?.first?.place.line == 4)
  }

  @Test("is the same with lines that end as on Windows")
  func lineEnds() throws {
    let text = try Shipped.nginx(including: ["internals"])
    let (unix, dos) = (NginxDump(text), NginxDump(text.replacing("\n", with: "\r\n")))
    #expect(dos.names == unix.names && dos.names.count > 5)
    #expect(try dos.directives() == unix.directives())
  }

  @Test("has includes put in their places: relative to the main file, by pattern, in order, again and again")
  func includes() throws {
    let found = try directives(
      """
      # configuration file /etc/nginx/nginx.conf:
      include modules/*.conf;
      http { include orders/a.conf; server { include orders/a.conf; include sites/*; } }

      # configuration file /etc/nginx/orders/a.conf:
      gzip on;
      # configuration file /etc/nginx/sites/1:
      root /1;
      # configuration file /etc/nginx/sites/2:
      index 2;
      """)
    #expect(found.map(\.name) == ["http"])
    let http = try #require(found[0].block)
    #expect(http.map(\.name) == ["gzip", "server"])
    #expect(http[0].place == Place(file: "/etc/nginx/orders/a.conf", line: 1))
    #expect(http[1].block?.map(\.name) == ["gzip", "root", "index"])
  }

  @Test(
    "is refused where it is something else, with the line",
    arguments: [
      ("a b", "nginx.conf:1: the file ends in the middle"), ("a {\nb;", "nginx.conf:2: the file ends in the middle"),
      ("a;\n}", "nginx.conf:2: a } that closes nothing"), ("\n;", "nginx.conf:2: a directive without a name"),
      ("a;\nb \"c;", "nginx.conf:2: a quote without an end"),
      ("# configuration file /x:\ninclude x;", "/x:1: files that include each other"),
    ])
  func refused(_ text: String, _ reason: String) {
    let error = #expect(throws: UnreadableConfiguration.self) { try directives(text) }
    #expect(error?.description == reason)
  }
}
