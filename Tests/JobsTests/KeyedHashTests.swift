import Jobs
import Testing

@Suite("The keyed hash")
struct KeyedHashTests {
  @Test(
    "is SipHash-2-4: the vectors of its authors",
    arguments: [
      (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (7, 0xab02_00f5_8b01_d137), (8, 0x93f5_f579_9a93_2462),
      (15, 0xa129_ca61_49be_45e5), (63, 0x958a_324c_eb06_4572),
    ] as [(Int, UInt64)])
  func vectors(count: Int, hash: UInt64) {
    let bytes = (0..<count).map { UInt8($0) }
    #expect(KeyedHash(key: [UInt8](0..<16)).hash(of: bytes) == hash)
  }

  @Test("is another one under another key")
  func keys() {
    #expect(KeyedHash(key: [1]).hash(of: [1, 2, 3]) != KeyedHash(key: [2]).hash(of: [1, 2, 3]))
  }
}
