/** Elements. Text goes in as text only: nothing of a document is ever read as markup. */

type Child = Node | string | number | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: Event) => void);

/** An element; `on…` are listeners, `false` and nothing leave an attribute away. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Value> = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  give(element, attributes);
  element.append(...(children.flat().filter(isThere) as (Node | string)[]));
  return element;
}

/** The same for drawings. */
export function svg(tag: string, attributes: Record<string, Value>, ...children: Node[]) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  give(element, attributes);
  element.append(...children);
  return element;
}

function give(element: Element, attributes: Record<string, Value>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

function isThere(child: Child): boolean {
  return child !== null && child !== undefined && child !== false;
}
