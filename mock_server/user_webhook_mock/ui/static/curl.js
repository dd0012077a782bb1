import { text } from "./secrets.js";

const AUTHORIZATIONS = {
  valid: '"Authorization: Bearer $TOKEN"',
  forbidden: '"Authorization: Bearer $FORBIDDEN_TOKEN"',
  expired: "'Authorization: Bearer expired-token'",
  unknown: "'Authorization: Bearer unknown-token'",
  malformed: "'Authorization: malformed'",
};
const REPEATED = ["content-type", "prefer", "x-mock-fault", "x-mock-latency", "x-mock-space"];

/** Return the line that repeats a request of the journal, or why there cannot be one. */
export function curl(entry) {
  if (entry.body_is_cut) {
    return `This request cannot be repeated: the journal has only the beginning of its ${entry.body_bytes} bytes.`;
  }
  if (typeof entry.body === "string" && entry.body.includes("\ufffd")) {
    return "This request cannot be repeated: its body is not UTF-8.";
  }
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const words = ["curl", "-i", ...(entry.method === "HEAD" ? ["--head"] : ["-X", entry.method]), quoted(location.origin + path)];
  if (entry.caller in AUTHORIZATIONS) {
    words.push("-H", AUTHORIZATIONS[entry.caller]);
  }
  for (const name of REPEATED) {
    if (name in entry.headers) {
      words.push("-H", quoted(`${name}: ${entry.headers[name]}`));
    }
  }
  if (entry.body_bytes) {
    if (!("content-type" in entry.headers)) {
      words.push("-H", "content-type:"); // curl adds its own if there is none
    }
    words.push("--data-binary", quoted(content(entry)));
  }
  return words.join(" ");
}

/** Return what was sent: the journal shows JSON and other text alike, and the length tells a JSON string from text. */
function content(entry) {
  const isText = typeof entry.body === "string" && new TextEncoder().encode(entry.body).length === entry.body_bytes;
  return isText ? text(entry.body) : text(entry.body, JSON.stringify);
}

function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
