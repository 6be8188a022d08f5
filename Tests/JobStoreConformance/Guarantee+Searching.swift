import Jobs
import Testing

extension Guarantee {
  static let searching: [Guarantee] = [
    Guarantee("a text waits from its job's end, one member takes it, and its job is found once all of it is indexed") {
      bench in
      let (one, two) = (try await bench.searching(), try await bench.searching())
      let id = try await one.complete(text: "x.1")
      let text = try #require(try await two.takeText())
      #expect(text == WaitingText(id: id, stored: "x.1"))
      #expect(try await one.takeText() == nil)
      #expect(try await two.clear(text))
      let before = try await one.job(id)
      let later = try #require(
        try await two.add([.page(1, "Tea for two, and two for tea", end: 10)], to: text, isWhole: false))
      #expect(later == WaitingText(id: id, stored: "x.1", position: 10, page: 2))
      #expect(try await one.found("tea") == [])
      #expect(try await two.add([.page(2, "CAFÉ au lait", end: 20)], to: later, isWhole: true) == nil)
      #expect(try await two.takeText() == nil)
      let after = try await one.job(id)
      #expect(!before.isIndexed && after.isIndexed && after.change > before.change)
      #expect(after.status == .complete && after.updatedAt == before.updatedAt)
      let match = try #require(try await one.search(TextSearch(kind: .order, terms: ["cafe"], limit: 9)).matches.first)
      #expect(match.job == after && match.page == 2 && match.snippet == "CAFÉ au lait")
      #expect(try await one.found("two for tea") == [id])
      #expect(try await one.found("two", "for", "tea") == [id])
      // Not on one page.
      #expect(try await one.found("tea", "lait") == [])
      #expect(try await one.found("two tea") == [])
    },

    Guarantee("nothing that is looked for is an operator") { bench in
      let store = try await bench.searching()
      let id = try await store.index("a NOT b OR c: whose w1 text \"quoted\" x*")
      for words in [
        "NOT", "OR", "text : c", "\"quoted\"", "x*", "(a NOT b)", "whose:w1", "-a", "a + NOT", "NEAR(a NOT)",
      ] {
        let isThere = !words.contains("NEAR") && words != "text : c"
        #expect(try await store.found(words) == (isThere ? [id] : []), "\(words)")
      }
      #expect(try await store.found("w1 text quoted") == [id])
      #expect(try await store.found("*") == [])
    },

    Guarantee("a search finds what belongs to its owner and kind alone") { bench in
      let store = try await bench.searching()
      let mine = try await store.index("secret tea", owner: "ann")
      let theirs = try await store.index("secret tea", owner: "bob")
      let shared = try await store.index("secret tea")
      for (owner, id) in [("ann", mine), ("bob", theirs), ("", shared)] as [(JobOwner, JobID)] {
        #expect(try await store.found("tea", owner: owner) == [id])
      }
      #expect(try await store.found("tea", owner: "eve") == [])
      #expect(try await store.search(TextSearch(kind: .report, owner: "ann", terms: ["tea"], limit: 9)) == TextPage())
    },

    Guarantee("the better match is the first, each job is there once, and pages neither skip nor repeat one") { bench in
      let store = try await bench.searching()
      var ids: [JobID] = []
      for number in 1...5 {
        ids.append(
          try await store.index(String(repeating: "milk ", count: 20) + String(repeating: "tea ", count: number)))
      }
      let twice = try await store.index("nothing", "tea", "tea and more")
      let all = try await store.search(TextSearch(kind: .order, terms: ["tea"], limit: 99)).matches
      #expect(all.count == 6 && all.filter { $0.job.id != twice }.map(\.job.id) == ids.reversed())
      #expect(all.first { $0.job.id == twice }?.page == 2)
      #expect(all.map(\.place.rank) == all.map(\.place.rank).sorted())
      var walked: [JobID] = []
      var after: TextMatch.Place?
      while true {
        let page = try await store.search(TextSearch(kind: .order, terms: ["tea"], after: after, limit: 2))
        walked += page.matches.map(\.job.id)
        after = page.last
        guard page.isFollowed else { break }
        // What others write in between, and this owner, moves nothing.
        for _ in 0..<20 { _ = try await store.index("tea with milk", owner: "bob") }
        _ = try await store.index("milk")
      }
      #expect(walked == all.map(\.job.id))
      #expect(try await store.search(TextSearch(kind: .order, terms: ["tea"], limit: 0)) == TextPage())
    },

    Guarantee("with a job its text goes: it is found no more at once, and what is left of it is removed") { bench in
      let store = try await bench.searching()
      let id = try await store.index("tea", "tea")
      _ = try await store.expire(.order, endedBefore: .at(9000), limit: 9, at: .at(9000))
      #expect(try await store.found("tea") == [])
      let gone = try #require(try await store.takeText())
      #expect(gone == WaitingText(id: id, stored: nil))
      while try await !store.clear(gone) {}
      #expect(try await store.takeText() == nil)
      while try await !store.clear(gone) {}
      #expect(try await store.takeText() == nil)
    },

    Guarantee("a job that goes while its text is indexed leaves nothing behind, and the member is told") { bench in
      let store = try await bench.searching()
      let id = try await store.complete(text: "x.1")
      let text = try #require(try await store.takeText())
      let later = try #require(try await store.add([.page(1, "tea", end: 5)], to: text, isWhole: false))
      _ = try await store.expire(.order, endedBefore: .at(9000), limit: 9, at: .at(9000))
      #expect(try await store.add([.page(2, "tea", end: 9)], to: later, isWhole: true) == nil)
      let gone = try #require(try await store.takeText())
      #expect(gone == WaitingText(id: id, stored: nil))
      while try await !store.clear(gone) {}
      #expect(try await store.takeText() == nil)
    },

    Guarantee("the texts of a dead member go on where it was, and it can add nothing more") { bench in
      let (one, two) = (try await bench.searching(), try await bench.searching())
      let id = try await one.complete(text: "x.1")
      let text = try #require(try await one.takeText())
      let later = try #require(try await one.add([.page(1, "tea", end: 5)], to: text, isWhole: false))
      try await bench.kill(one)
      _ = try await two.reap(at: .at(4000))
      #expect(try await two.takeText() == later)
      // What it had read before.
      #expect(try await two.add([.page(1, "twice", end: 5)], to: text, isWhole: true) == nil)
      #expect(try await two.add([.page(2, "milk", end: 9)], to: later, isWhole: true) == nil)
      #expect(try await two.found("tea") == [id])
      #expect(try await two.found("milk") == [id])
      #expect(try await two.found("twice") == [])
    },

    Guarantee("a text that is given up is found by no search, waits no more, and goes with its job") { bench in
      let store = try await bench.searching()
      let id = try await store.complete(text: "x.1")
      let text = try #require(try await store.takeText())
      try await store.giveUp(try #require(try await store.add([.page(1, "tea", end: 5)], to: text, isWhole: false)))
      #expect(try await store.takeText() == nil)
      #expect(try await store.job(id).isIndexed == false)
      #expect(try await store.found("tea") == [])
      _ = try await store.expire(.order, endedBefore: .at(9000), limit: 9, at: .at(9000))
      let gone = try #require(try await store.takeText())
      #expect(gone == WaitingText(id: id, stored: nil))
      while try await !store.clear(gone) {}
      #expect(try await store.takeText() == nil)
    },

    Guarantee("what an owner finds, and how good it is, does not depend on the texts of others") { bench in
      let store = try await bench.searching()
      _ = try await store.index("merger with acme", owner: "bob")
      _ = try await store.index("lunch", owner: "bob")
      let search = TextSearch(kind: .order, owner: "bob", terms: ["merger with acme"], limit: 1)
      let before = try await store.search(search)
      #expect(before.matches.count == 1 && !before.isFollowed)
      for _ in 0..<9 { _ = try await store.index("merger with acme, a merger with acme", owner: "ann") }
      #expect(try await store.search(search) == before)
    },

    Guarantee("a page of a search ends with the job that brings its inputs to the bytes that it may have") { bench in
      let store = try await bench.searching()
      for _ in 0..<3 { _ = try await store.index("tea") }
      let search = TextSearch(kind: .order, terms: ["tea"], limit: 9, inputBytes: 5)
      let page = try await store.search(search)
      #expect(page.matches.count == 2 && page.isFollowed && page.last == page.matches.last?.place)
    },

    Guarantee("a kind that becomes searchable has the texts of earlier jobs indexed, and of one file of them alone") {
      bench in
      let store = try await bench.searching(nil)
      let id = try await store.complete(text: "x.1")
      #expect(try await store.takeText() == nil)
      _ = try await bench.searching()
      #expect(try await store.takeText() == WaitingText(id: id, stored: "x.1"))
      // Nothing new is declared: nothing waits again.
      try await store.giveUp(WaitingText(id: id, stored: "x.1"))
      _ = try await bench.searching()
      #expect(try await store.takeText() == nil)
    },
  ]
}

extension JobStoreBench {
  /// A member that can search orders by the file `search`.
  fileprivate func searching(_ search: String? = "text.txt") async throws -> any JobStore & TextIndex {
    guard let store = try await join() as? any JobStore & TextIndex else { throw Unexpected("no search") }
    try await store.declare(
      [DeclaredKind(name: .order, path: "orders", digest: search ?? "", search: search)], at: .at(1))
    return store
  }
}

extension JobStore where Self: TextIndex {
  /// A complete job with two files, of which the second has its text.
  fileprivate func complete(text stored: String, owner: JobOwner = "") async throws -> JobID {
    let id = try await accept(.order("work", owner: owner))
    var end = JobEnd(tenure: try await claimOne().tenure, outcome: .complete([]))
    end.files = [("scan.json", stored + ".json"), ("text.txt", stored)].map {
      JobFile(name: $0, type: "text/plain", size: 8, digest: "5e", stored: $1)
    }
    #expect(try await finish([end], at: .at(3000)) == [true])
    return id
  }

  /// A complete job, and its pages indexed.
  fileprivate func index(_ pages: String..., owner: JobOwner = "") async throws -> JobID {
    let id = try await complete(text: "x.\(UInt64.random(in: .min ... .max))", owner: owner)
    try await add(pages, to: try #require(try await takeText()))
    return id
  }

  /// All of a text, in as many transactions as the store takes for it.
  fileprivate func add(_ pages: [String], to text: WaitingText) async throws {
    let passages = pages.enumerated().map { Passage.page($0 + 1, $1, end: Int64($0) + 1) }
    var next: WaitingText? = text
    while let text = next {
      next = try await add(passages.filter { $0.end > text.position }, to: text, isWhole: true)
    }
  }

  fileprivate func found(_ terms: String..., owner: JobOwner = "") async throws -> [JobID] {
    try await search(TextSearch(kind: .order, owner: owner, terms: terms, limit: 99)).matches.map(\.job.id)
  }
}

extension Passage {
  fileprivate static func page(_ page: Int, _ text: String, end: Int64) -> Passage {
    Passage(text: text, page: page, end: end, nextPage: page + 1)
  }
}
