import ArgumentParser
import JobsClient

/// A job: the number of an order, or any kind's with its path.
struct JobArgument: ExpressibleByArgument {
  let job: JobReference

  init?(argument: String) {
    if let number = JobNumber(argument: argument) {
      job = JobReference(collection: ServiceClient.orders, id: number.id)
    } else if let job = JobReference(argument) {
      self.job = job
    } else {
      return nil
    }
  }
}
