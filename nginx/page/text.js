// Writing only what is different: a page that touches nothing in vain has nothing to lay out.

/** As text, which never becomes markup. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function mark(element, attribute, value) {
  if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}
