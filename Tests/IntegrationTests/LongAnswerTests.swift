import Foundation
import TestSupport
import Testing

extension BehindNginx {
  @Suite("A long answer", .served(processes: 1, "--jobs", "0"))
  struct LongAnswerTests {
    @Test("is whole for a client that reads slowly, though nginx has no folder to keep any of it in")
    func whole() async throws {
      try await served { service in
        let products = (0..<1000).map { #""\#($0)-\#(String(repeating: "x", count: 90))""# }.joined(separator: ",")
        let client = service.client()
        for _ in 1...100 { _ = try client.submit(#"{"products":[\#(products)],"amount":1}"#) }
        let whole = try client.send("GET", "/orders?limit=1000").body.count
        #expect(whole > 8_000_000)

        let gateway = try Gateway(beside: service)
        let folder = gateway.path + "/fastcgi"
        try FileManager.default.removeItem(atPath: folder)
        try "no folder".write(toFile: folder, atomically: false, encoding: .utf8)
        let slow = try run(
          "/usr/bin/curl",
          [
            "-s", "--max-time", "60", "--limit-rate", "4M", "-o", gateway.path + "/answer", "-w",
            "%{http_code} %{size_download}", "http://127.0.0.1:\(gateway.port)/orders?limit=1000",
          ])
        #expect(slow.status == 0 && slow.output == "200 \(whole)", "\(slow)")
        try gateway.stopsWell()
      }
    }
  }
}
