// Elements that are made without Preact: rows of long lists are clones of one, which costs a tenth of drawing each anew.

/** An element with its attributes and what is in it. */
export function made<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A maker of clones; the original is made when the first is asked for. */
export function cloner<Made extends HTMLElement>(make: () => Made): () => Made {
  let original: Made | undefined;
  return () => (original ??= make()).cloneNode(true) as Made;
}
