import JobService

@main
struct OrdersCommand {
  static func main() async {
    await JobService.main(kinds: [.orders, .reports], version: "0.1.0")
  }
}
