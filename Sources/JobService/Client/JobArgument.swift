import ArgumentParser
import JobsClient

/// A job: its number alone, or with the path of its kind.
struct JobArgument: ExpressibleByArgument {
  let job: JobReference

  init?(argument: String) {
    if let number = JobNumber(argument: argument) {
      job = JobReference(collection: ServiceClient.collection, id: number.id)
    } else if let job = JobReference(argument) {
      self.job = job
    } else {
      return nil
    }
  }
}
