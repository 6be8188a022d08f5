import Jobs
import Testing

@Suite("Runs of ids")
struct IDRangeTests {
  @Test("are as long as they can be, whatever the order")
  func runs() {
    func runs(_ ids: Int64...) -> [[Int64]] { IDRange.runs(of: ids).map { [$0.first, $0.last] } }
    #expect(runs() == [])
    #expect(runs(7) == [[7, 7]])
    #expect(runs(3, 1, 2) == [[1, 3]])
    #expect(runs(9, 1, 2, 5, 4, 8) == [[1, 2], [4, 5], [8, 9]])
    #expect(IDRange(first: 4, last: 9).count == 6)
  }
}
