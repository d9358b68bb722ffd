// What a search found, as a table: longest first.

import { formatCount, formatDuration, plainText } from "../logic/format";
import type { TimelineState } from "../logic/state";
import { button, el } from "./dom";
import { type Column, SortedTable } from "./sorted_table";

const MOST_HITS = 200;

/** The hits of the search, and in words how many; `select` is called with a span to show. */
export function hitsTable(state: TimelineState, select: (span: number) => void): { table: HTMLElement; words: string } {
  const { store, search } = state;
  const hits = search.longest(MOST_HITS);
  const title = (span: number) => store.bandOf(span).title;
  const columns: Column<number>[] = [
    { head: "name", copied: "name", text: () => "", value: (span) => store.nameOf(span) },
    {
      head: "duration",
      copied: "dur_us",
      text: (span) => formatDuration(store.host.duration[span]),
      value: (span) => store.host.duration[span] / 1000,
    },
    {
      head: "self",
      copied: "self_us",
      text: (span) => formatDuration(store.selfTime[span]),
      value: (span) => store.selfTime[span] / 1000,
    },
    {
      head: "start",
      copied: "ts_us",
      text: (span) => state.moment(store.start[span]),
      value: (span) => store.host.start[span] / 1000,
    },
    { head: "track", copied: "track", text: (span) => plainText(title(span), 40), value: title },
  ];
  const link = (span: number) => {
    const text = plainText(store.nameOf(span));
    return button(`Select this ${text}`, () => select(span), { text, class: "aero-link" });
  };
  const most = search.count > hits.length ? `the ${hits.length} longest of ` : "";
  const words = `${most}${formatCount(search.count)} found for ${plainText(search.query, 60)}`;
  const { element } = new SortedTable(words, hits, columns, link, "duration", MOST_HITS, "spans");
  return { table: el("div", { class: "aero-table", tabindex: "0" }, element), words };
}
