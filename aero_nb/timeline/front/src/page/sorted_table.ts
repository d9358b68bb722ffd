// A table of numbers by name that sorts by a click on a heading and can be copied.

import { button, el } from "./dom";

/** A column: its text in a cell, and what it sorts by and is copied as (µs for times). */
export interface Column<Row> {
  head: string;
  copied: string;
  text(row: Row): string;
  value(row: Row): number | string;
}

export class SortedTable<Row> {
  readonly element = el("table");
  #by: Column<Row>;
  #descending = true;

  /** `name` makes the first cell; sorted by `by` at first, largest first; `most` rows are shown. */
  constructor(
    private readonly caption: string,
    private readonly rows: Row[],
    private readonly columns: Column<Row>[],
    private readonly name: (row: Row) => Node,
    by: string,
    private readonly most: number,
    private readonly ofWhat = "names",
  ) {
    this.#by = columns.find(({ head }) => head === by) ?? columns[0];
    this.#fill();
  }

  #fill(): void {
    const { rows, columns, most } = this;
    const cut = rows.length > most ? `, the first ${most} of ${rows.length} ${this.ofWhat} shown` : "";
    const lines = this.#sorted.slice(0, most).map((row) => {
      const cells = columns.slice(1).map((column) => el("td", { class: "aero-number" }, column.text(row)));
      return el("tr", {}, el("td", {}, this.name(row)), ...cells);
    });
    const heads = el("tr", {}, ...columns.map((column) => this.#head(column)));
    const caption = el("caption", {}, this.caption + cut);
    this.element.replaceChildren(caption, el("thead", {}, heads), el("tbody", {}, ...lines));
  }

  #head(column: Column<Row>): HTMLElement {
    const own = column === this.#by;
    const direction = this.#descending ? "descending" : "ascending";
    const sort = button(`Sort by ${column.head}`, () => this.#sortBy(column), {
      text: column.head,
      class: "aero-sort",
    });
    const number = column === this.columns[0] ? null : "aero-number";
    return el("th", { scope: "col", class: number, "aria-sort": own ? direction : null }, sort);
  }

  #sortBy(column: Column<Row>): void {
    this.#descending = column === this.#by ? !this.#descending : column !== this.columns[0];
    this.#by = column;
    this.#fill();
    this.element.querySelector<HTMLElement>(`[aria-label="Sort by ${column.head}"]`)?.focus({ preventScroll: true });
  }

  get #sorted(): Row[] {
    const { value } = this.#by;
    const sign = this.#descending ? -1 : 1;
    const compare = (a: number | string, b: number | string) => (a < b ? -1 : a > b ? 1 : 0);
    return [...this.rows].sort((a, b) => sign * compare(value(a), value(b)));
  }

  /** All rows as tab-separated text, in the present order. */
  get copied(): string {
    const heads = this.columns.map(({ copied }) => copied);
    const lines = this.#sorted.map((row) => this.columns.map(({ value }) => oneCell(value(row))));
    return [heads, ...lines].map((cells) => cells.join("\t")).join("\n");
  }
}

/** Tabs and ends of lines within a name would make cells of it. */
function oneCell(value: number | string): string {
  return String(value).replace(/[\t\r\n]/g, " ");
}
