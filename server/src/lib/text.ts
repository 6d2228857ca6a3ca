// Control characters and line separators (NUL cannot be stored by PostgreSQL; CR, LF and ESC forge log lines) and the
// bidirectional overrides, which make one name look like another.
const REFUSED = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/

/** Blanks, and what is drawn as one or not at all. */
const EMPTY = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** A name or note as it may be stored: trimmed and NFC. */
export function tidyText(text: string): string {
  return text.normalize('NFC').trim()
}

/** What is wrong with a tidied text; undefined when nothing is. */
export function textFault(text: string, longest: number): string | undefined {
  if (EMPTY.test(text)) return 'must not be empty'
  if (text.length > longest) return `must have at most ${longest} characters`
  if (REFUSED.test(text) || !text.isWellFormed()) return 'must not contain control characters'
  return undefined
}
