// JSON without loss. A script's numbers are binary floats, in which 12345678901234567.80 is another number and 19.90 has
// lost a digit; so numbers stay the text they are.

const strings = /"[^"\\]*(?:\\.[^"\\]*)*"/;
const numbers = /-?\d[\d.eE+-]*/;
const stringsAndNumbers = new RegExp(`${strings.source}|${numbers.source}`, "g");
const pieces = new RegExp(`${strings.source}|[{}\\[\\],:]|[^\\s{}\\[\\],:"]+`, "g");
const numberAlone = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The value of a JSON text, in which each number is a string of its own digits. */
export function parseExactly(text) {
  return JSON.parse(text.replace(stringsAndNumbers, (piece) => (piece.startsWith('"') ? piece : `"${piece}"`)));
}

/** The JSON of what somebody typed where a number belongs: its digits as they are, or a string that is refused as one. */
export function numberAsTyped(text) {
  const typed = text.trim();
  return numberAlone.test(typed) ? typed : JSON.stringify(typed);
}

/** A JSON text on several lines; everything but the space between its pieces stays as it is. */
export function indented(text) {
  let depth = 0;
  let lines = "";
  let before = "";
  for (const [piece] of text.matchAll(pieces)) {
    const closes = piece === "}" || piece === "]";
    if (closes) depth -= 1;
    const isEmpty = closes && (before === "{" || before === "[");
    if ((closes && !isEmpty) || before === "," || (!closes && (before === "{" || before === "["))) {
      lines += `\n${"  ".repeat(depth)}`;
    }
    lines += piece === ":" ? ": " : piece;
    if (piece === "{" || piece === "[") depth += 1;
    before = piece;
  }
  return lines;
}
