import TestSupport
import Testing

@testable import FastCGI

extension LiveServerTests {
  @Suite("clients that leave, and handlers that wait")
  struct HangUpTests {
    typealias Bytes = RecordBytes

    static func handler(_ gate: Gate, _ cancelled: Counter) -> Server.Handler {
      { request in
        if request.target == "/wait", await !gate.wait() { cancelled.add() }
        return await echo(request)
      }
    }

    @Test(
      "closing, half-closing, ABORT_REQUEST or anything else while a handler waits cancels its task", arguments: 0..<4)
    func leaves(_ way: Int) async throws {
      let (gate, cancelled) = (Gate(), Counter())
      try await withServer(handler: Self.handler(gate, cancelled)) { server in
        for round in 1...20 {
          let peer = try server.connect()
          #expect(try await peer.ask(Bytes.request()).status == 200)
          try await peer.send(Bytes.request("GET", "/wait"))
          try await gate.reached(round)
          switch way {
          case 0: peer.hangUp()
          case 1: peer.halfClose()
          case 2: try await peer.send(Bytes.abort())
          default: try await peer.send([0])
          }
          try await eventually("cancelled") { cancelled.value == round }
          try await eventually("closed") { server.openConnections == 0 }
        }
        try await server.answersHonestly()
      }
    }

    @Test("a client that leaves while its long body's handler waits cancels its task")
    func leavesAfterLongBody() async throws {
      let (gate, cancelled) = (Gate(), Counter())
      try await withServer(handler: Self.handler(gate, cancelled)) { server in
        let peer = try server.connect()
        try await peer.send(Bytes.request("POST", "/wait", body: .init(repeating: 1, count: 500_000)))
        try await gate.reached()
        peer.hangUp()
        try await eventually("cancelled") { cancelled.value == 1 }
        try await server.answersHonestly()
      }
    }

    @Test("an answer that completes as its client hangs up ends the connection once")
    func completionRacesHangUp() async throws {
      let handler: Server.Handler = { request in
        for _ in 0..<(Int(request.target.dropFirst()) ?? 0) { await Task.yield() }
        return await echo(request)
      }
      try await withServer(handler: handler) { server in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for lane in 0..<4 {
            group.addTask {
              try await onThread {
                for round in 0..<1000 {
                  let peer = try server.connect()
                  try peer.sendNow(Bytes.request("GET", "/\(round % 4)"))
                  if lane % 2 == 0 { _ = try peer.receiveNow(round % 70) }
                  for _ in 0..<(round % 50 * 40) { peer.spin() }
                  peer.hangUp()
                }
              }
            }
          }
          try await group.waitForAll()
        }
        try await eventually("all are closed") { server.openConnections == 0 }
        try await server.answersHonestly()
      }
    }

    @Test("the next request on a kept connection isn't taken for a leave, however soon it comes")
    func nextRequestRacesCompletion() async throws {
      let handler: Server.Handler = { request in
        await Task.yield()
        await Task.yield()
        return await echo(request)
      }
      try await withServer(.brief { $0.workers = 3 }, handler: handler) { server in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for lane in 0..<4 {
            group.addTask {
              let peer = try server.connect()
              try await onThread {
                for round in 0..<2500 {
                  try peer.sendNow(Bytes.request("GET", "/\(lane)/\(round)"))
                  #expect(try peer.answerNow().text == "GET /\(lane)/\(round) 0")
                }
              }
            }
          }
          try await group.waitForAll()
        }
      }
    }

    @Test("a thousand requests that wait hold no thread, and go on on workers")
    func thousandWait() async throws {
      raiseDescriptorLimit()
      let gate = Gate()
      let handler: Server.Handler = { _ in
        let isOpen = await gate.wait()
        return .text(isOpen ? threadName() : "cancelled")
      }
      try await withServer(handler: handler) { server in
        let peers = try await onThread {
          try (0..<1000).map { _ in
            let peer = try server.connect()
            try peer.sendNow(Bytes.request())
            return peer
          }
        }
        try await gate.reached(1000)
        #expect(Threads.count < 900)
        gate.open()
        try await onThread {
          for peer in peers {
            let answer = try peer.answerNow()
            #expect(answer.text.hasPrefix("worker-"))
          }
        }
        #expect(server.openConnections == 1000)
      }
    }

    @Test("a job that takes long doesn't hold up the one behind it while another worker is free")
    func longJob() async throws {
      for _ in 0..<20 {
        let (gate, quick) = (Gate(), Counter())
        let handler: Server.Handler = { request in
          _ = await gate.wait()
          if request.target == "/quick" { quick.add() } else { spinWhile { quick.value == 0 } }
          return await echo(request)
        }
        try await withServer(handler: handler) { server in
          let (slow, fast) = (try server.connect(), try server.connect())
          try await slow.send(Bytes.request("GET", "/slow"))
          try await gate.reached()
          try await fast.send(Bytes.request("GET", "/quick"))
          try await gate.reached(2)
          let began = ContinuousClock.now
          gate.open()
          #expect(try await fast.answer().status == 200)
          #expect(began.duration(to: .now) < .seconds(4))
          #expect(try await slow.answer().status == 200)
        }
      }
    }
  }
}
