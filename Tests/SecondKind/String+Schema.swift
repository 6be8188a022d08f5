extension String {
  /// The schema of an object with one text, which is required.
  static func text(_ name: String, upTo length: Int) -> String {
    """
    {
      "type": "object", "required": ["\(name)"],
      "properties": {"\(name)": {"type": "string", "minLength": 1, "maxLength": \(length)}}
    }
    """
  }
}
