/** The queries of docs/queries, to be read and copied. */

import type { Context } from "../context";
import { queries } from "../data";
import { h } from "../dom";
import { nothing } from "../parts";

export async function view(context: Context): Promise<HTMLElement[]> {
  const { text } = context;
  const found = await queries();
  if (found.length === 0) return [nothing(text.noQueries)];
  return found.map(({ name, sql }) => {
    const copy = h("button", { type: "button", class: "download" }, text.copy);
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(sql);
      copy.textContent = text.copied;
    });
    return h(
      "section",
      { class: "query", id: name },
      h("div", { class: "table-head" }, h("h3", {}, name.replaceAll("_", " ")), copy),
      h("pre", { tabindex: "0" }, h("code", {}, sql)),
    );
  });
}
