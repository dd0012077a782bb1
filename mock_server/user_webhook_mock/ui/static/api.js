export const DEFAULT_SPACE = "default";
let token = "";
let space = DEFAULT_SPACE;

/** An error of the control API; the message says what is wrong, the rule and what to do. */
export class ApiError extends Error {
  constructor(status, { what, rule, remedy }) {
    super([`${what}.`, rule, remedy && `${remedy[0].toUpperCase()}${remedy.slice(1)}`].filter(Boolean).join(" "));
    this.status = status;
  }
}

/** Send this control token from now on. It is kept in memory only. */
export function useToken(given) {
  token = given;
}

/** Show and change the space of this name from now on. */
export function useSpace(name) {
  space = name;
}

/** Return the header that names the space; the default one needs none. */
export function spaceHeader() {
  return space === DEFAULT_SPACE ? {} : { "X-Mock-Space": space };
}

/** Return the response of the control API, or throw an ApiError. */
export async function ask(method, path, content, signal) {
  const response = await fetch(`/__mock__${path}`, {
    method,
    headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...spaceHeader() },
    body: content === undefined ? undefined : JSON.stringify(content),
    signal,
  });
  if (!response.ok) {
    throw new ApiError(response.status, await response.json());
  }
  return response;
}

/** Return the response of the control API as JSON; null if it has no body. */
export async function call(method, path, content) {
  const response = await ask(method, path, content);
  return response.status === 204 ? null : response.json();
}
