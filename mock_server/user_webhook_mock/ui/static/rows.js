import { element } from "./dom.js";

/** A list of numbered items, the latest first; a row renders its details when it is unfolded. */
export class Rows {
  #list;
  #max;
  #summary;
  #details;
  #rows = new Map();

  constructor(list, max, summary, details) {
    this.#list = list;
    this.#max = max;
    this.#summary = summary;
    this.#details = details;
  }

  get numbers() {
    return [...this.#rows.keys()];
  }

  /** The item with the highest number; undefined if there is none. */
  get latest() {
    return this.#rows.get(Math.max(...this.#rows.keys()))?.item;
  }

  /** Show *items*, replacing those with the same numbers, and drop the oldest if there are too many. */
  take(items) {
    for (const item of items.slice(-this.#max)) {
      const row = this.#rows.get(item.number) ?? this.#insert(item.number);
      row.item = item;
      this.#fill(row);
    }
    this.drop(this.numbers.sort((one, other) => other - one).slice(this.#max));
  }

  /** Drop the rows with these numbers. */
  drop(numbers) {
    for (const number of numbers) {
      const { line } = this.#rows.get(number) ?? {};
      if (line?.contains(document.activeElement)) {
        this.#list.parentElement.focus();
      }
      line?.remove();
      this.#rows.delete(number);
    }
  }

  /** Render every row again. */
  refresh() {
    this.#rows.forEach((row) => this.#fill(row));
  }

  #insert(number) {
    const summary = element("summary");
    const unfolded = element("div", { class: "unfolded" });
    const details = element("details", {}, summary, unfolded);
    const line = element("li", { "data-number": number }, details);
    const row = { line, details, summary, unfolded, item: null };
    details.addEventListener("toggle", () => this.#unfold(row));
    let next = this.#list.firstElementChild;
    while (next && Number(next.dataset.number) > number) {
      next = next.nextElementSibling;
    }
    this.#list.insertBefore(line, next);
    this.#rows.set(number, row);
    return row;
  }

  #fill(row) {
    row.summary.replaceChildren(...this.#summary(row.item));
    this.#unfold(row);
  }

  #unfold(row) {
    row.unfolded.replaceChildren(...(row.details.open ? this.#details(row.item) : []));
  }
}
