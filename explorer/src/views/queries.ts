/** Questions in SQL with the answers that this warehouse gives, to be read and copied. */

import type { Context } from "../context";
import { type AnsweredQuery, queries } from "../data";
import { h } from "../dom";
import { dataTable, nothing } from "../parts";

export async function view(context: Context): Promise<HTMLElement[]> {
  const found = await queries();
  if (found.length === 0) return [nothing(context.text.noQueries)];
  return found.map((query) => section(context, query));
}

function section(context: Context, query: AnsweredQuery): HTMLElement {
  const { text, language } = context;
  const copy = h("button", { type: "button" }, text.copy);
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(query.sql);
    copy.textContent = text.copied;
  });
  return h(
    "section",
    { class: "query", id: query.name },
    h(
      "details",
      {},
      h("summary", {}, language === "zh" ? query.question_zh : query.question_en),
      h("div", { class: "table-head" }, h("small", {}, `docs/queries/${query.name}.sql`), copy),
      h("pre", { tabindex: "0" }, h("code", {}, query.sql)),
      query.rows.length === 0
        ? nothing(query.error ?? text.noAnswer)
        : dataTable(
            context,
            query.rows,
            query.columns.map((head, index) => ({ head, value: (row) => row[index] ?? null })),
            {
              caption: text.queryResult(query.rows.length, query.row_count),
              file: query.name,
            },
          ),
    ),
  );
}
