import Foundation
import Jobs
import JobsHTTP
import StrictJSON

/// What a trial was told of its orders, and can hold against what it is told later.
struct Ledger {
  private struct Entry {
    let products: [String]
    let amount: String
    let owner: JobOwner
    var ending: String?
    var percent = 0
  }

  private var entries: [JobID: Entry] = [:]

  var unfinished: [JobID] { entries.filter { $0.value.ending == nil }.keys.sorted() }

  func ids(of owner: JobOwner) -> [JobID] {
    entries.filter { $0.value.owner == owner }.keys.sorted()
  }

  /// An order as it was submitted: products as another reader of JSON understands them, and the amount's own text.
  mutating func accept(_ id: JobID, _ body: [UInt8], owner: JobOwner) throws {
    struct Submitted: Decodable {
      let products: [String]
    }
    let products: [String]
    do {
      products = try JSONDecoder().decode(Submitted.self, from: Data(body)).products
    } catch {
      throw Violation("an order was accepted that Foundation can't read: \(error)")
    }
    guard case .number(let amount)? = try JSONReader.read(body)["amount"] else { throw Violation("no amount") }
    try demand(Self.contains(body, amount), "an amount \(amount) that was not sent")
    guard let entry = entries[id] else {
      entries[id] = Entry(products: products, amount: amount, owner: owner)
      return
    }
    try demand(Self.same(entry.products, products) && entry.amount == amount, "replayed, and another order")
  }

  mutating func cancel(_ id: JobID) throws {
    let ending = entries[id]?.ending ?? "cancelled"
    try demand(ending == "cancelled", "cancelled, and was \(ending)")
    entries[id]?.ending = "cancelled"
  }

  /// Any document of one order: it, its status or its result.
  mutating func check(_ document: JSON) throws {
    guard case .number(let number)? = document["id"], let raw = Int64(number) else { return }
    let id = JobID(rawValue: raw)
    guard var entry = entries[id] else { return }
    if case .string(let status)? = document["status"] {
      try demand(entry.ending == nil || entry.ending == status, "\(entry.ending ?? ""), and now \(status)")
      guard let known = JobStatus(rawValue: status) else { throw Violation("an unknown status \(status)") }
      if known.isFinal { entry.ending = status }
      if let done = document["done"] { try demand(done == .bool(known.isFinal), "\(status), and done is \(done)") }
    }
    if case .number(let text)? = document["progress"]?["percent"], let percent = Int(text) {
      let limit = entry.ending == "complete" ? 100 : 99
      try demand(percent >= entry.percent && percent <= limit, "\(percent) % after \(entry.percent)")
      entry.percent = percent
    }
    if let products = document["products"] {
      try demand(products == .array(entry.products.map { .string($0) }), "other products")
      try demand(document["amount"] == .number(entry.amount), "another amount than \(entry.amount)")
    }
    entries[id] = entry
  }

  /// The document of an order that was just accepted, as another reader understands it.
  func checkOrder(in answer: Answer) throws {
    struct Read: Decodable {
      let id: Int64
      let products: [String]
    }
    let order: Read
    do {
      order = try JSONDecoder().decode(Read.self, from: Data(answer.bytes ?? []))
    } catch {
      throw Violation("an order that Foundation can't read: \(error)")
    }
    guard let entry = entries[JobID(rawValue: order.id)] else { throw Violation("another order") }
    try demand(Self.same(entry.products, order.products), "other products than were sent")
    try demand(answer.document?["amount"] == .number(entry.amount), "another amount than \(entry.amount)")
  }

  /// The ids of a page, in its order.
  mutating func check(page: JSON) throws -> [JobID] {
    guard case .array(let elements) = page else { throw Violation("a page that is no array") }
    return try elements.map { element in
      try check(element)
      guard case .number(let number)? = element["id"], let id = Int64(number) else { throw Violation("no id") }
      return JobID(rawValue: id)
    }
  }

  private static func contains(_ body: [UInt8], _ amount: String) -> Bool {
    String(decoding: body, as: UTF8.self).contains(amount)
  }

  /// To the byte: Swift's `==` takes canonically equivalent strings for one.
  private static func same(_ one: [String], _ other: [String]) -> Bool {
    one.map { Array($0.utf8) } == other.map { Array($0.utf8) }
  }
}
