import Multipart
import Testing

@Suite("A multipart error")
struct MultipartErrorTests {
  private static let errors: [(error: MultipartError, kind: MultipartError.Kind)] = [
    (.noBoundary, .badBoundary), (.repeatedBoundary, .badBoundary), (.badBoundary, .badBoundary),
    (.badContentType, .badBoundary), (.badDelimiter, .badBoundary), (.cutShort, .cutShort), (.bareLineEnd, .badHeader),
    (.badField, .badHeader), (.foldedField, .badHeader), (.nulByte, .badHeader), (.invalidUTF8, .badHeader),
    (.repeatedField, .badHeader), (.badDisposition, .badHeader), (.repeatedParameter, .badHeader),
    (.encoded, .badHeader),
    (.headTooLong, .headTooLong), (.tooManyParts, .tooManyParts), (.nested, .nested), (.noName, .noName),
  ]

  @Test("has a kind")
  func kinds() {
    for (error, kind) in Self.errors { #expect(error.kind == kind) }
    #expect(Set(Self.errors.map(\.kind)) == Set(MultipartError.Kind.allCases))
  }

  @Test("is described in sentences of its own")
  func descriptions() {
    let texts = Self.errors.map(\.error.description)
    #expect(Set(texts).count == texts.count)
    #expect(texts.allSatisfy { $0.hasSuffix(".") && $0.first?.isUppercase == true })
    #expect(
      MultipartError.headTooLong.description.contains("8192")
        && MultipartError.tooManyParts.description.contains("1000"))
  }
}
