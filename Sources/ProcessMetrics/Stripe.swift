import Glibc
import Synchronization

/// Which stripe of the numbers a thread adds in: its own, as long as there are not more threads than stripes.
enum Stripe {
  private static let next = Atomic<Int>(0)
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    precondition(pthread_key_create(&key, nil) == 0, "pthread_key_create")
    return key
  }()

  /// How many words it lies behind the first one.
  static var offset: Int {
    if let known = pthread_getspecific(key) { return Int(bitPattern: known) - 1 }
    let number = next.wrappingAdd(1, ordering: .relaxed).oldValue % SlotLayout.stripes
    let offset = number * SlotLayout.words
    pthread_setspecific(key, UnsafeRawPointer(bitPattern: offset + 1))
    return offset
  }
}
