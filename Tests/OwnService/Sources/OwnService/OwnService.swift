import JobService

@main
struct OwnService {
  static func main() async {
    await JobService.main(kinds: [.orders, .wordCount], version: "1.0.0")
  }
}
