let isShown = false;
const followers = [];

/** Show secrets or hide them, everywhere on the page. */
export function showSecrets(shown) {
  isShown = shown;
  followers.forEach((follow) => follow());
}

/** Call *follow* whenever secrets are shown or hidden. */
export function followSecrets(follow) {
  followers.push(follow);
}

/** Return a secret as it is currently shown. */
export function secret(value) {
  return isShown || typeof value !== "string" ? value : `<secret of ${value.length} characters>`;
}

function visible(value) {
  if (isShown) {
    return value;
  }
  if (typeof value === "string") {
    return value.includes("secret") ? `<text of ${value.length} characters that may have secrets>` : value;
  }
  return masked(value, false);
}

function masked(value, isSecret) {
  if (Array.isArray(value)) {
    return value.map((item) => masked(item, isSecret));
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, masked(item, isSecret || name === "secrets")]),
    );
  }
  return isSecret ? secret(value) : value;
}

const indented = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

/** Return a body as text, with its secrets as they are currently shown. */
export function text(value, write = indented) {
  try {
    return write(visible(value));
  } catch (error) {
    if (error instanceof RangeError) {
      return "(nested too deeply to show)";
    }
    throw error;
  }
}
