/** A text that may be long, as far as a sentence has room for it. */
export function shown(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 60)}... (${text.length} characters)`;
}
