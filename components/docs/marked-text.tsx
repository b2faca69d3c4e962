/** A text of the contract, where backticks stand around what is typed as it is. */
export function MarkedText({ text }: { text: string }) {
  return text.split("`").map((part, index) => index % 2 === 1 ? <code key={index}>{part}</code> : part);
}
