/** Tell the reader of *section* what happened. */
export function showStatus(section, words) {
  section.querySelector(".message").textContent = words;
}

/** Do what a reader asked for in *section*, and tell what came of it; *words* are for its success. */
export async function run(section, task, words = "") {
  try {
    await task();
    showStatus(section, words);
  } catch (error) {
    showStatus(section, error instanceof TypeError ? "The mock does not answer." : error.message);
  }
}
