import JobPrograms
import Testing

@Suite("A mistake in the schema of a kind's file")
struct SchemaPlaceTests {
  /// What follows `input:` in line 4, and the beginning of the error.
  static let mistakes: [(text: String, line: String)] = [
    (
      """
        type: object
        properties:
          width:
            type: integer
            minimum: low
      """, "a.yaml:9: input/properties/width/minimum: This must be a number."
    ),
    (
      """
        type: object
        properties:
          width: {type: integer,
                  maximum: 3, minimum: 4}
      """, "a.yaml:8: input/properties/width/minimum: This must not be more than \"maximum\"."
    ),
    (
      """
        type: object
        properties:
          width:
            minimum: 3
      """, "a.yaml:7: input/properties/width: \"type\" is missing:"
    ),
    (
      """
        type: object
        properties:
          a/b: {type: string, default: 3}
      """, "a.yaml:7: input/properties/a~1b/default: "
    ),
    (
      """
        type: object
        required:
          - a
          - b
        properties: {a: {type: string}}
      """, "a.yaml:8: input/required/1: This must be the name of a property."
    ),
    (
      """
        type: array
      """, "a.yaml:5: input/type: This must be object at the top level."
    ),
    (
      """
        type: object
        properties:
          status: {type: string}
      """, "a.yaml:7: input/properties/status: This name is reserved."
    ),
    (
      """
        type: object
        properties:
          flag: {type: boolean, default: no}
      """, "a.yaml:7: input/properties/flag/default: "
    ),
    (
      """
        type: object
        properties:
          code: {enum: [1, 007]}
      """,
      "a.yaml:7: input: 007 is not a number in JSON. Write it as JSON does, such as 7 or 0.5, or as the text \"007\"."
    ),
    (
      """
        type: object
        additionalProperties: true
      """, "a.yaml:6: input/additionalProperties: This word is not supported."
    ),
  ]

  @Test("names the line of what its pointer names", arguments: mistakes)
  func place(text: String, line: String) {
    let found = mistake(least + "input:\n\(text)\n") ?? ""
    #expect(found.hasPrefix(line), "\(found)")
  }

  @Test("is a property that is named like files too")
  func files() {
    let text = least + "files: {photos: {}}\ninput:\n  type: object\n  properties:\n    photos: {type: string}\n"
    #expect(
      mistake(text)
        == "a.yaml:8: input/properties/photos: This name is reserved. Give the property another name.")
  }

  @Test("is an empty one", arguments: [("input:\n", 4), ("\ninput: []\n", 5)])
  func empty(text: String, line: Int) {
    #expect(mistake(least + text) == "a.yaml:\(line): input: A schema must be an object.")
  }
}
