import Jobs
import Testing

@Suite("What a claim chooses")
struct RoomTests {
  private static let (a, b, c) = (JobKind(rawValue: "a"), JobKind(rawValue: "b"), JobKind(rawValue: "c"))

  /// Each kind has three attempts, and no other limits than those given.
  private func room(_ shared: Int, idle: Set<JobKind> = [], _ kinds: [JobKind: Room.Kind] = [:]) -> Room {
    var room = Room(shared, of: [Self.a: 3, Self.b: 3, Self.c: 3])
    room.kinds.merge(kinds) { $1 }
    for kind in idle { room.kinds[kind]?.isIdle = true }
    return room
  }

  private func ids(_ ids: [Int64]) -> [JobID] { ids.map(JobID.init(rawValue:)) }

  private func waiting(_ kinds: [JobKind: [Int64]]) -> Candidates {
    Candidates(waiting: kinds.mapValues(ids))
  }

  private func expect(
    _ room: Room, _ candidates: Candidates, takes expected: [Int64], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(room.choose(candidates) == .take(ids(expected)), sourceLocation: sourceLocation)
  }

  @Test("is nothing where nothing waits, or nothing fits")
  func nothing() {
    expect(room(8, idle: [Self.a]), Candidates(), takes: [])
    expect(Room(), waiting([Self.a: [1]]), takes: [])
    expect(room(0), waiting([Self.a: [1], Self.b: [2]]), takes: [])
    expect(room(-1), waiting([Self.a: [1], Self.b: [2]]), takes: [])
    expect(Room(8, of: [Self.b: 3]), waiting([Self.a: [1]]), takes: [])
  }

  @Test("is the oldest of all kinds, as many as there are shared slots", arguments: 0...7)
  func oldest(shared: Int) {
    let candidates = waiting([Self.a: [1, 4, 5], Self.b: [2, 6], Self.c: [3]])
    expect(room(shared), candidates, takes: Array([1, 2, 3, 4, 5, 6].prefix(shared)))
    expect(room(shared), waiting([Self.a: [1, 4, 5]]), takes: Array([1, 4, 5].prefix(shared)))
  }

  @Test("is one more of each kind of which nothing runs, where no shared slot is free")
  func ownSlots() {
    let candidates = waiting([Self.a: [1, 4, 5], Self.b: [2, 6], Self.c: [3]])
    expect(room(0, idle: [Self.b]), candidates, takes: [2])
    expect(room(0, idle: [Self.a, Self.b, Self.c]), candidates, takes: [1, 2, 3])
    expect(room(-3, idle: [Self.a, Self.c]), candidates, takes: [1, 3])
    expect(room(0, idle: [Self.a]), waiting([Self.a: [1, 4, 5]]), takes: [1])
  }

  @Test("gives a kind no slot of its own beside a shared one of the same claim")
  func noSecondSlot() {
    let late = waiting([Self.a: [1, 2, 3, 4], Self.b: [5, 6]])
    expect(room(2, idle: [Self.a, Self.b]), late, takes: [1, 2, 5])
    expect(room(2, idle: [Self.a]), late, takes: [1, 2])
    let early = waiting([Self.a: [2, 3, 4], Self.b: [1, 5]])
    expect(room(1, idle: [Self.a, Self.b]), early, takes: [1, 2])
  }

  @Test("passes over a kind that has as many here as it may")
  func perProcess() {
    let candidates = waiting([Self.a: [1, 2, 3], Self.b: [4, 5]])
    expect(room(8, [Self.a: .init(attempts: 3, jobs: 2)]), candidates, takes: [1, 2, 4, 5])
    expect(room(8, [Self.a: .init(attempts: 3, jobs: 0)]), candidates, takes: [4, 5])
    expect(room(0, [Self.a: .init(attempts: 3, jobs: 0, isIdle: true)]), candidates, takes: [])
    expect(room(3, [Self.a: .init(attempts: 3, jobs: 1)]), candidates, takes: [1, 4, 5])
  }

  @Test("passes over a kind that has as many in all members as it may, those included that are kept for")
  func inAll() {
    var candidates = waiting([Self.a: [1, 2, 3, 4], Self.b: [5]])
    let limited = room(8, [Self.a: .init(attempts: 3, isIdle: true, jobsInAll: 3)])
    expect(limited, candidates, takes: [1, 2, 3, 5])
    candidates.running = [Self.a: 1]
    expect(limited, candidates, takes: [1, 2, 5])
    candidates.kept = [Self.a: 1]
    expect(limited, candidates, takes: [1, 5])
    candidates.running = [Self.a: 2]
    expect(limited, candidates, takes: [5])
    // Another process may have a higher limit.
    candidates.running = [Self.a: 9]
    expect(limited, candidates, takes: [5])
    candidates.waiting[Self.b] = nil
    expect(limited, candidates, takes: [])
  }

  @Test("is a job that runs alone and no other, where nothing runs")
  func alone() {
    var candidates = waiting([Self.a: [1, 2], Self.b: [3]])
    candidates.lone = [Self.b: JobID(rawValue: 7), Self.c: JobID(rawValue: 6)]
    expect(room(8, idle: [Self.a, Self.b, Self.c]), candidates, takes: [6])
    expect(room(0, idle: [Self.b]), candidates, takes: [7])
    expect(room(8, [Self.c: .init(attempts: 3, jobs: 0)]), candidates, takes: [7])
    candidates.running = [Self.b: 1, Self.c: 1]
    let full = Room.Kind(attempts: 3, isIdle: true, jobsInAll: 1)
    expect(room(8, [Self.b: full, Self.c: full]), candidates, takes: [1, 2])
  }

  @Test("is to keep free for it, where something runs and it has a slot")
  func keeping() {
    var candidates = waiting([Self.a: [1, 2]])
    candidates.lone = [Self.b: JobID(rawValue: 7), Self.c: JobID(rawValue: 6)]
    candidates.isBusy = true
    #expect(room(0, idle: [Self.a]).choose(candidates) == .keep(JobID(rawValue: 6)))
    let none = Room.Kind(attempts: 3, jobs: 0)
    #expect(room(8, [Self.c: none]).choose(candidates) == .keep(JobID(rawValue: 7)))
    candidates.running = [Self.b: 2]
    let limited = room(8, [Self.c: none, Self.b: .init(attempts: 3, jobsInAll: 2)])
    expect(limited, candidates, takes: [1, 2])
  }

  @Test("is nothing beside a job that runs alone, or while the member keeps itself free for one")
  func reserved() {
    var candidates = waiting([Self.a: [1, 2], Self.b: [3]])
    (candidates.isBusy, candidates.isReserved) = (true, true)
    expect(room(8, idle: [Self.a, Self.b]), candidates, takes: [])
    candidates.lone = [Self.c: JobID(rawValue: 6)]
    expect(room(8, idle: [Self.a, Self.b]), candidates, takes: [])
    candidates.isBusy = false
    expect(room(8, idle: [Self.a, Self.b]), candidates, takes: [6])
  }

  @Test("fits into the most that a store has to show", arguments: 0..<200)
  func most(seed: UInt64) {
    var random = Numbers(state: seed)
    var room = Room(shared: Int.random(in: -1...4, using: &random))
    var candidates = Candidates()
    var id: Int64 = 0
    var lines: [JobKind: [Int64]] = [:]
    for kind in [Self.a, Self.b, Self.c] {
      let limit: Int? = Bool.random(using: &random) ? Int.random(in: 0...4, using: &random) : nil
      room.kinds[kind] = Room.Kind(
        attempts: 3, jobs: Bool.random(using: &random) ? .max : Int.random(in: 0...3, using: &random),
        isIdle: Bool.random(using: &random), jobsInAll: limit)
      if limit != nil { candidates.running[kind] = Int.random(in: 0...4, using: &random) }
    }
    for _ in 0..<12 {
      id += 1
      lines[[Self.a, Self.b, Self.c].randomElement(using: &random) ?? Self.a, default: []].append(id)
    }
    candidates.waiting = lines.mapValues(ids)
    let all = room.choose(candidates)
    let most = { (kind: JobKind) in room.most(of: kind, running: candidates.running[kind] ?? 0) }
    for (kind, waiting) in candidates.waiting { candidates.waiting[kind] = Array(waiting.prefix(most(kind))) }
    #expect(room.choose(candidates) == all)

    guard case .take(let taken) = all else {
      Issue.record("\(all)")
      return
    }
    #expect(taken == taken.sorted())
    var beyond = -max(0, room.shared)
    for (kind, line) in lines {
      let count = taken.count { line.contains($0.rawValue) }
      #expect(count <= most(kind))
      // The oldest of each kind.
      #expect(taken.filter { line.contains($0.rawValue) } == ids(Array(line.prefix(count))))
      beyond += count
    }
    // Beside the shared slots at most one of each idle kind.
    #expect(beyond <= room.kinds.values.count { $0.isIdle })
    if room.isFull { #expect(taken.isEmpty) }
  }

  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
  }
}

@Suite("The count of attempts")
struct AttemptCountTests {
  @Test("a death costs the attempt, and the last attempt after one runs alone")
  func deaths() {
    var count = AttemptCount(attempt: 1, attempts: 3)
    #expect(!count.isAlone)
    count = AttemptCount(attempt: 1, attempts: 3, deaths: 1)
    #expect(AttemptCount(attempt: 1, attempts: 3).afterDeath(besideOthers: true) == .waits(count))
    #expect(AttemptCount(attempt: 1, attempts: 3).afterDeath(besideOthers: false) == .waits(count))
    #expect(!count.isAlone)
    #expect(AttemptCount(attempt: 2, attempts: 3, deaths: 1).isAlone)
    #expect(!AttemptCount(attempt: 2, attempts: 3).isAlone)
  }

  @Test("a death in the last attempt fails the job, unless others ran beside it")
  func lastDeath() {
    let last = AttemptCount(attempt: 3, attempts: 3, deaths: 1)
    #expect(last.afterDeath(besideOthers: false) == .fails(AttemptCount(attempt: 3, attempts: 3, deaths: 2)))
    let spared = AttemptCount(attempt: 2, attempts: 3, deaths: 2)
    #expect(last.afterDeath(besideOthers: true) == .waits(spared))
    #expect(spared.isAlone)
    #expect(
      AttemptCount(attempt: 1, attempts: 1).afterDeath(besideOthers: true)
        == .waits(AttemptCount(attempt: 0, attempts: 1, deaths: 1)))
  }

  @Test("an attempt that is given back doesn't count")
  func givenBack() {
    let count = AttemptCount(attempt: 2, attempts: 3, deaths: 1)
    #expect(count.givenBack == AttemptCount(attempt: 1, attempts: 3, deaths: 1))
  }
}
