/// How long a job is kept after its end.
public enum Keep: Hashable, Sendable {
  case forEver
  case time(Duration)
}
