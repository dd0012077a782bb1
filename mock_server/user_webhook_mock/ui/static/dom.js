/** Return a new element. Texts become text nodes, so that no data is ever read as markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Return a list of terms, without those whose description is null. */
export function terms(pairs) {
  const shown = pairs.filter(([, description]) => description !== null);
  return element("dl", {}, ...shown.map(([term, description]) =>
    element("div", {}, element("dt", {}, term), element("dd", {}, description))));
}

/** Return the status of a response; null stands for no response. */
export function status(code, words = "") {
  const kind = code === null || code >= 500 ? "failed" : code >= 400 ? "refused" : "done";
  return badge(code === null ? "no response" : `${code} ${words}`.trim(), kind);
}

/** Return a status or a state in the colour of its kind; the text alone says the same. */
export function badge(text, kind) {
  return element("span", { class: `badge ${kind}` }, text);
}
