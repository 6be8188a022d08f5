import Testing

@testable import Jobs

@Suite("Room for callbacks")
struct CallbackRoomTests {
  @Test(
    "is shared by host: without port, and in lower case",
    arguments: [
      ("https://a.example/x", "a.example"), ("HTTPS://A.Example:8443/x:y", "a.example"), ("http://a?b", "a"),
      ("http://a#b", "a"), ("https://[2001:DB8::1]:1/x", "[2001:db8::1"), ("https://10.0.0.1:99", "10.0.0.1"),
      ("nonsense", ""), ("", ""), ("https:", ""), ("https://", ""),
    ])
  func hosts(url: String, host: String) {
    #expect(CallbackRoom.host(of: url) == host)
  }

  @Test("ends for a host and for all, and comes back")
  func counts() {
    var room = CallbackRoom(3, perHost: 2)
    func taken(_ urls: String...) -> [Bool] { urls.map { room.take($0) } }
    #expect(taken("https://a/1", "https://A:1/2", "https://a/3") == [true, true, false])
    #expect(taken("https://b/", "https://c/") == [true, false])
    room.giveBack("https://a:9/")
    #expect(room.left == 1)
    #expect(taken("https://a/", "https://b/") == [true, false])
    for url in ["https://a/", "https://a/", "https://b/"] { room.giveBack(url) }
    #expect(room == CallbackRoom(3, perHost: 2))
  }
}
