// @ts-check
/** Elements of the page, made of their names, attributes and contents; text is only ever text. */

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Readonly<Record<string, string | number | boolean>>} Attributes */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes] `true` is one without a value, `false` none
 * @param {...(Node | string)} contents
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...contents) {
  const made = document.createElement(name);
  setAttributes(made, attributes);
  made.append(...contents);
  return made;
}

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes]
 * @param {...Node} contents
 * @returns {SVGElementTagNameMap[Name]}
 */
export function drawing(name, attributes = {}, ...contents) {
  const made = document.createElementNS(SVG, name);
  setAttributes(made, attributes);
  made.append(...contents);
  return made;
}

/**
 * The element of the page with that id.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} with the id ${id}.`);
  return found;
}

/**
 * Changes what an element says, only where it says something else: what is announced is what changed.
 * @param {Element} of
 * @param {string} text
 */
export function say(of, text) {
  if (of.textContent !== text) of.textContent = text;
}

/**
 * The same with elements: what stays as it was keeps its place, its selection and its focus.
 * @param {Element} of
 * @param {...(Node | string)} contents
 */
export function fill(of, ...contents) {
  const next = document.createElement('div');
  next.append(...contents);
  const now = [...of.childNodes];
  const isSame =
    now.length === next.childNodes.length &&
    now.every((node, index) => node.isEqualNode(next.childNodes[index] ?? null));
  if (!isSame) of.replaceChildren(...next.childNodes);
}

/**
 * @param {Element} of
 * @param {Attributes} attributes
 */
function setAttributes(of, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) of.setAttribute(name, value === true ? '' : String(value));
  }
}
