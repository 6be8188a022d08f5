internal import CSQLite

/// One SQL statement. Keep its connection alive as long, and use both on one thread at a time.
final class PreparedStatement {
  private let statement: OpaquePointer
  private let handle: OpaquePointer

  init(_ sql: String, on handle: OpaquePointer) throws {
    var statement: OpaquePointer?
    let (code, isOne) = sql.withCString { text in
      var rest: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, &rest)
      return (code, rest?.pointee == 0)
    }
    guard code == SQLITE_OK, let statement else { throw SQLiteFailure(code, on: handle) }
    guard isOne else {
      sqlite3_finalize(statement)
      throw SQLiteFailure(SQLITE_MISUSE, "not one statement: \(sql)")
    }
    self.statement = statement
    self.handle = handle
  }

  deinit {
    sqlite3_finalize(statement)
  }

  /// Runs to the end and returns how many rows it changed.
  @discardableResult
  func run<each Value: Bindable>(_ values: repeat each Value) throws -> Int {
    try bind(repeat each values)
    defer { rewind() }
    while try step() {}
    return Int(sqlite3_changes(handle))
  }

  /// Every row, made into a value while the statement stands on it; no row is looked at once `isWanted` is false.
  func rows<each Value: Bindable, Element>(
    _ values: repeat each Value, while isWanted: () -> Bool = { true }, decode: (Columns) throws -> Element
  ) throws -> [Element] {
    try bind(repeat each values)
    defer { rewind() }
    var rows: [Element] = []
    while isWanted(), try step() { rows.append(try decode(Columns(statement: statement))) }
    return rows
  }

  /// The first row; the others are not looked at.
  func first<each Value: Bindable, Element>(
    _ values: repeat each Value, decode: (Columns) throws -> Element
  ) throws -> Element? {
    try bind(repeat each values)
    defer { rewind() }
    return try step() ? decode(Columns(statement: statement)) : nil
  }

  private func bind<each Value: Bindable>(_ values: repeat each Value) throws {
    var index: Int32 = 0
    for value in repeat each values {
      index += 1
      let code = value.bind(to: statement, at: index)
      guard code == SQLITE_OK else {
        rewind()
        throw SQLiteFailure(code, on: handle)
      }
    }
  }

  private func step() throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw SQLiteFailure(code, on: handle)
    }
  }

  /// Lets go of the read lock and of the copies of what was bound.
  private func rewind() {
    sqlite3_reset(statement)
    sqlite3_clear_bindings(statement)
  }
}

/// The row a statement stands on, read by index.
struct Columns {
  fileprivate let statement: OpaquePointer

  func isNull(_ index: Int32) -> Bool { sqlite3_column_type(statement, index) == SQLITE_NULL }
  func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(statement, index) }
  func real(_ index: Int32) -> Double { sqlite3_column_double(statement, index) }

  func text(_ index: Int32) -> String {
    // The blob of a text is its UTF-8; asked for as a text, SQLite would copy it to put a zero behind it.
    guard let text = sqlite3_column_blob(statement, index) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, index))
    return String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
  }

  func bytes(_ index: Int32) -> [UInt8] {
    guard let blob = sqlite3_column_blob(statement, index) else { return [] }
    return [UInt8](UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(statement, index))))
  }
}

/// What can stand for a `?` of a statement.
protocol Bindable {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32
}

/// SQLite copies what is bound.
private nonisolated(unsafe) let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension Int64: Bindable {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { sqlite3_bind_int64(statement, index, self) }
}

extension Int: Bindable {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { sqlite3_bind_int64(statement, index, Int64(self)) }
}

extension Double: Bindable {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { sqlite3_bind_double(statement, index, self) }
}

extension String: Bindable {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    var copy = self
    return copy.withUTF8 { text in
      text.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text64(
          statement, index, $0.baseAddress ?? emptyText, UInt64($0.count), transient, UInt8(SQLITE_UTF8))
      }
    }
  }
}

extension [UInt8]: Bindable {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    if isEmpty { return sqlite3_bind_zeroblob(statement, index, 0) }
    return withUnsafeBytes { sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), transient) }
  }
}

extension Optional: Bindable where Wrapped: Bindable {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    self?.bind(to: statement, at: index) ?? sqlite3_bind_null(statement, index)
  }
}

/// A text of no characters that isn't NULL: an empty buffer may have no address.
private nonisolated(unsafe) let emptyText: UnsafePointer<CChar> = {
  let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
  pointer.initialize(to: 0)
  return UnsafePointer(pointer)
}()
