import JobService
import SecondKind

/// The product with more kinds of work than orders. `deploy/up` runs it like `orders`.
@main
struct ReportService {
  static func main() async {
    await JobService.main(
      kinds: [.orders, .digests, .computings, .fatals, .programs, .odds, .pauses], version: "0.0.0")
  }
}
