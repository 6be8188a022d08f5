import Dispatch
import Glibc
import HTTPTypes
import Logging
import Synchronization
import TestSupport
import Testing
import Threads

@testable import FastCGI

extension LiveServerTests {
  @Suite("a server that is told to stop")
  struct DrainTests {
    typealias Bytes = RecordBytes

    /// END_REQUEST's eight bytes and eight more, then the connection's end.
    static func endsConnection(_ peer: Peer) async throws -> Bool { try await peer.rest().count == 8 }

    @Test("with no connection it returns at once")
    func empty() async throws {
      let server = try ServerUnderTest()
      try await server.answersHonestly()
      try await eventually("closed") { server.openConnections == 0 }
      let began = ContinuousClock.now
      try await server.stop()
      #expect(began.duration(to: .now) < .seconds(5))
    }

    @Test("stopped before it begins it returns too")
    func atOnce() async throws {
      for _ in 0..<50 {
        let server = try ServerUnderTest()
        try await server.stop()
      }
    }

    @Test("an idle kept connection gets one more answer, its last, and no new one is accepted")
    func idle() async throws {
      let server = try ServerUnderTest()
      let peers = try (0..<5).map { _ in try server.connect() }
      for peer in peers { #expect(try await peer.ask(Bytes.request()).status == 200) }
      server.beginDrain()
      try await eventually("no longer accepts") { (try? server.connect()) == nil }
      for peer in peers {
        #expect(!server.hasReturned)
        #expect(try await peer.ask(Bytes.request("POST", "/last", body: [1])).text == "POST /last 1")
        #expect(try await Self.endsConnection(peer))
      }
      try await server.stop()
    }

    @Test("idle connections that the web server closes don't hold up the end")
    func idleClosed() async throws {
      let server = try ServerUnderTest()
      let peer = try server.connect()
      #expect(try await peer.ask(Bytes.request()).status == 200)
      server.beginDrain()
      peer.hangUp()
      try await server.stop()
    }

    @Test("a request that is half there is read and answered", arguments: [30, 200, 100_000])
    func inRead(_ sent: Int) async throws {
      let server = try ServerUnderTest()
      let peer = try server.connect()
      let bytes = Bytes.request("POST", "/", body: .init(repeating: 1, count: 150_000))
      try await peer.send(Array(bytes.prefix(sent)))
      try await server.answersHonestly()
      server.beginDrain()
      try await eventually("no longer accepts") { (try? server.connect()) == nil }
      #expect(try await peer.ask(Array(bytes.dropFirst(sent))).text == "POST / 150000")
      #expect(try await Self.endsConnection(peer))
      try await server.stop()
    }

    @Test("an answer that is half written is written to its end, and the next is the last")
    func inWrite() async throws {
      let body = [UInt8](repeating: 3, count: 3_000_000)
      let server = try ServerUnderTest(handler: { _ in Response(status: .ok, body: .bytes(body)) })
      let peer = try server.connect()
      try await peer.send(Bytes.request())
      let first = try #require(try await peer.record())
      server.beginDrain()
      try await eventually("no longer accepts") { (try? server.connect()) == nil }
      let rest = try await onThread {
        var count = 0
        while let record = try peer.recordNow(), record.type == 6 { count += record.content.count }
        return count
      }
      #expect(first.content.count + rest > body.count)
      #expect(try await peer.ask(Bytes.request()).body == body)
      #expect(try await Self.endsConnection(peer))
      try await server.stop()
    }

    @Test("those that wait are told, answered, and their connections ended, kept or not", arguments: [true, false])
    func waiting(_ keeps: Bool) async throws {
      let gate = Gate()
      let server = try ServerUnderTest(
        onDrain: { gate.open() },
        handler: { _ in
          _ = await gate.wait()
          return .text("status as it is now")
        })
      let peers = try (0..<20).map { _ in try server.connect() }
      for peer in peers { try await peer.send(Bytes.request(keeps: keeps)) }
      try await gate.reached(20)
      server.beginDrain()
      for peer in peers {
        #expect(try await peer.answer().text == "status as it is now")
        #expect(try await peer.rest().count == (keeps ? 8 : 0))
      }
      try await server.stop()
    }

    @Test("the drain has begun before those that wait are told, so that their answers are the last")
    func order() async throws {
      let box = Mutex<Server?>(nil)
      let orders = Counter()
      let server = try ServerUnderTest(onDrain: {
        if box.withLock({ $0?.reactor.isDraining == true }) { orders.add() }
      })
      box.withLock { $0 = server.server }
      let peer = try server.connect()
      #expect(try await peer.ask(Bytes.request()).status == 200)
      server.beginDrain()
      #expect(try await peer.ask(Bytes.request()).status == 200)
      try await server.stop()
      #expect(orders.value == 1)
      box.withLock { $0 = nil }
    }

    @Test("under load each request is answered, or not taken")
    func underLoad() async throws {
      let handler: Server.Handler = { request in
        await Task.yield()
        return await echo(request)
      }
      let (server, answered) = (try ServerUnderTest(handler: handler), Counter())
      try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in 0..<8 {
          let peer = try server.connect()
          group.addTask {
            try await onThread {
              while true {
                try peer.sendNow(Bytes.request("GET", "/\(lane)"))
                #expect(try peer.answerNow().text == "GET /\(lane) 0")
                answered.add()
                // Eight bytes more, and the end: what nginx takes for the connection's end.
                if try peer.hasMoreNow() { return }
              }
            }
          }
        }
        try await eventually("under load") { answered.value > 500 }
        server.beginDrain()
        try await group.waitForAll()
      }
      try await server.stop()
    }

    @Test("at the drain's limit idle, half-sent and waiting connections end, and a cancelled handler may still answer")
    func limit() async throws {
      let gate = Gate()
      let handler: Server.Handler = { request in
        guard request.target == "/wait" else { return await echo(request) }
        return .text(await gate.wait() ? "opened" : "cancelled")
      }
      let server = try ServerUnderTest(.with { $0.drainLimit = .milliseconds(200) }, handler: handler)
      let (idle, half, body, waits) = (
        try server.connect(), try server.connect(), try server.connect(), try server.connect()
      )
      #expect(try await idle.ask(Bytes.request()).status == 200)
      try await half.send(Bytes.begin())
      try await body.send(Array(Bytes.request("POST", "/", body: .init(repeating: 1, count: 900_000)).prefix(150_000)))
      try await waits.send(Bytes.request("GET", "/wait"))
      try await gate.reached()
      server.beginDrain()
      #expect(try await waits.answer().text == "cancelled")
      for peer in [idle, half, body] { #expect(try await peer.rest().isEmpty) }
      try await server.stop()
      #expect(server.openConnections == 0)
    }

    @Test("a handler that heeds no cancellation outlasts the drain, and ends well afterwards")
    func deafHandler() async throws {
      let (gate, ended) = (Gate(), Counter())
      let handler: Server.Handler = { _ in
        await Task.detached { _ = await gate.wait() }.value
        ended.add()
        return .text("too late")
      }
      let server = try ServerUnderTest(.with { $0.drainLimit = .milliseconds(100) }, handler: handler)
      let peer = try server.connect()
      try await peer.send(Bytes.request())
      try await gate.reached()
      try await server.stop()
      #expect(ended.value == 0)
      gate.open()
      try await eventually("it goes on without workers") { ended.value == 1 }
      try await eventually("its connection is closed") { server.openConnections == 0 }
      _ = try await peer.rest()
    }

    @Test("threads and descriptors are gone when it has returned")
    func leavesNothing() async throws {
      weak var reactor: Reactor?
      do {
        let server = try ServerUnderTest()
        reactor = server.server.reactor
        try await server.answersHonestly()
        let peer = try server.connect()
        _ = try await peer.ask(Bytes.request())
        peer.hangUp()
        try await server.stop()
      }
      try await eventually("nothing holds the server") { reactor == nil }
    }

    @Test("a listener that siblings hold open is forgotten: connections in its backlog wake nobody")
    func sharedListener() async throws {
      let server = try ServerUnderTest(.with { $0.drainLimit = .seconds(1) })
      let sibling = server.server.reactor.door.withLock { dup($0.listener.descriptor) }
      defer { close(sibling) }
      let idle = try server.connect()
      #expect(try await idle.ask(Bytes.request()).status == 200)
      server.beginDrain()
      try await eventually("the door is closed") { server.server.reactor.door.withLock { $0.isClosed } }
      let share = try await Threads.processorShare(named: "worker-") {
        let late = try server.connect()
        try await late.send(Bytes.request())
        // The drain's limit; the workers live on for a moment.
        _ = try await idle.rest()
      }
      #expect(share < 0.3, "of a processor")
      try await server.stop()
    }

    /// A server whose only worker a request for /hold keeps, which `held` counts.
    private static func withOneWorker(_ held: Counter, until release: DispatchSemaphore) throws -> ServerUnderTest {
      try ServerUnderTest(
        .with { $0.workers = 1 },
        handler: { request in
          guard request.target == "/hold" else { return await echo(request) }
          held.add()
          Threads.hold(until: release)
          return .text("held")
        })
    }

    @Test("a connection in its backlog is answered, though the only other one ends just as the drain begins")
    func lastOfAll() async throws {
      for round in 0..<200 {
        let (held, release) = (Counter(), DispatchSemaphore(value: 0))
        let server = try Self.withOneWorker(held, until: release)
        let holding = try server.connect()
        try await holding.send(Bytes.request("GET", "/hold", keeps: false))
        try await eventually("the only worker is held") { held.value == 1 }
        let last = try server.connect()
        try await last.send(Bytes.request("POST", "/last", body: [1], keeps: false))
        // A microsecond more for the worker in each round.
        try await onThread {
          release.signal()
          let begin = ContinuousClock.now + .microseconds(round)
          while ContinuousClock.now < begin {}
          server.beginDrain()
        }
        #expect(try await last.answer().text == "POST /last 1", "round \(round)")
        try await server.stop()
      }
    }

    @Test("a connection that it was told of as its end began is answered: no sibling would be told")
    func toldLast() async throws {
      let (held, release) = (Counter(), DispatchSemaphore(value: 0))
      let server = try Self.withOneWorker(held, until: release)
      // A sibling holds the listener open, so that its backlog outlives the server.
      let sibling = server.server.reactor.door.withLock { dup($0.listener.descriptor) }
      defer { close(sibling) }
      let holding = try server.connect()
      try await holding.send(Bytes.request("GET", "/hold"))
      try await eventually("the only worker is held") { held.value == 1 }
      let last = try server.connect()
      try await last.send(Bytes.request("POST", "/last", body: [1]))
      server.beginDrain()
      try await eventually("the drain has begun") { server.server.reactor.isDraining }
      release.signal()
      #expect(try await last.answer().text == "POST /last 1")
      #expect(try await Self.endsConnection(last))
      #expect(try await holding.answer().text == "held")
      try await server.stop()
    }

    @Test("a connection that a sibling was told of, and died, is taken by the next tick")
    func toldToTheDead() async throws {
      let folder = try TemporaryFolder()
      let listener = try Listener.bind(path: folder.path + "/s")
      // It waits first, and so it is told first.
      let (dead, wasTold) = (try EventQueue(), Counter())
      try dead.add(listener.descriptor, [.readable, .exclusive], token: 0)
      try PlainThread.start("dead") {
        _ = try? dead.next()
        wasTold.add()
      }
      try await eventually("it waits") { Threads.sleeps(named: "dead") }
      let reactor = try Reactor(
        listener: listener, configuration: .with { $0.drainLimit = .seconds(1) }, logger: Logger(label: "test"),
        handler: echo)
      try reactor.start {}
      let peer = try Peer(connectingTo: folder.path + "/s")
      try await eventually("it is told") { wasTold.value == 1 }
      dead.close()
      #expect(try await peer.ask(Bytes.request("GET", "/orphan")).text == "GET /orphan 0")
      peer.hangUp()
      reactor.drain()
      await reactor.stopped()
    }

    @Test("a server leaves SIGTERM and SIGUSR1 as they were, and has a handler for SIGPIPE, which no child inherits")
    func signals() async throws {
      try await withServer { server in
        try await server.answersHonestly()
        for signal in [SIGTERM, SIGUSR1, SIGPIPE] {
          var action = sigaction()
          sigaction(signal, nil, &action)
          // 0 is SIG_DFL, 1 is SIG_IGN, which children inherit.
          let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
          #expect(signal == SIGPIPE ? handler > 1 : handler == 0)
        }
        raise(SIGPIPE)
      }
    }
  }
}
