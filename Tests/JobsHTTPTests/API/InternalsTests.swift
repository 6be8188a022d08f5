import FastCGI
import HTTPTypes
import Testing

@testable import JobsHTTP

extension APITests {
  @Suite("What the web server says of itself")
  struct InternalsTests {
    private func answer(
      _ target: String, _ method: HTTPRequest.Method = .get, _ parameters: (name: String, value: String)...,
      by service: OrderService
    ) async -> Answer {
      let request = Request(method: method, target: target, parameters: Parameters(parameters))
      return Answer(await service.api.respond(to: request))
    }

    @Test("decides who may ask for the health and the numbers", arguments: ["/healthz", "/healthz/", "/metrics?x"])
    func internals(_ target: String) async throws {
      let service = try OrderService()
      for method in [.get, .head, .post, .options] as [HTTPRequest.Method] {
        #expect(await answer(target, method, by: service).code == "not-found")
      }
      #expect(await answer(target, .get, ("ORDERS_INTERNAL", "1"), by: service).status == 200)
      for value in ["", "0", "11", "1192.0.2.7", " 1"] {
        #expect(await answer(target, .get, ("ORDERS_INTERNAL", value), by: service).code == "forbidden", "\(value)")
      }
      #expect(await answer("/orders", .get, ("ORDERS_INTERNAL", "1192.0.2.7"), by: service).status == 200)
    }

    @Test("is believed with one of the secrets only, where there are any")
    func secrets() {
      let secrets = WebServerSecrets(["first", "second"])
      for (value, isKnown) in [
        ("first", true), ("second", true), ("", false), ("firs", false), ("first ", false), ("firsu", false),
        ("firstsecond", false), ("First", false),
      ] {
        #expect(secrets.admit(Parameters([(name: "ORDERS_SECRET", value: value)])) == isKnown, "\(value)")
      }
      #expect(!secrets.admit(Parameters()))
      // The first one counts, as for every parameter.
      let two = [(name: "ORDERS_SECRET", value: "x"), (name: "ORDERS_SECRET", value: "first")]
      #expect(!secrets.admit(Parameters(two)))
      #expect(!WebServerSecrets([]).admit(Parameters([(name: "ORDERS_SECRET", value: "")])))
    }
  }
}
