internal import Jobs

extension WriteTransaction {
  /// One transaction for all; where an operation fails by its own fault, once more with a savepoint each, so that it
  /// fails alone. Returns an outcome for each, and the failure if the store couldn't be written.
  func carryOut(
    _ group: [PendingWrite], span: WritableSpan
  ) -> (outcomes: [StoreError?], failure: StoreError?) {
    do {
      let outcomes: [StoreError?] = try whole(span: span) {
        try group.map { write in
          try write.perform(in: self)
          return nil
        }
      }
      return (outcomes, nil)
    } catch let error where Self.isOfTheStore(error) {
      return (group.map { StoreError(error, operation: $0.operation) }, StoreError(error, operation: "write"))
    } catch {
      return carryOutSeparately(group, span: span)
    }
  }

  private func carryOutSeparately(
    _ group: [PendingWrite], span: WritableSpan
  ) -> (outcomes: [StoreError?], failure: StoreError?) {
    do {
      let outcomes: [StoreError?] = try whole(span: span) {
        try group.map { write in
          do {
            try separately { try write.perform(in: self) }
            return nil
          } catch let error where !Self.isOfTheStore(error) {
            return StoreError(error, operation: write.operation)
          }
        }
      }
      return (outcomes, nil)
    } catch {
      return (group.map { StoreError(error, operation: $0.operation) }, StoreError(error, operation: "write"))
    }
  }

  private static func isOfTheStore(_ error: any Error) -> Bool {
    (error as? SQLiteFailure)?.isOfTheStore ?? false
  }
}
