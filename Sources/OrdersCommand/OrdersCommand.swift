import JobService

@main
struct OrdersCommand {
  static func main() async {
    await JobService.main(kinds: [.orders], version: "0.1.0")
  }
}
