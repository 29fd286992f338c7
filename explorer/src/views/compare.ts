/** How bodies compare: one small chart for each body, all on one scale, one fund at a time. */

import { accountColour } from "../colours";
import { type Context, groupBy, sumOf } from "../context";
import { type ClassTotal, whole } from "../data";
import { h } from "../dom";
import { type Fen, inYuan, percentage, type Unit, unitFor } from "../money";
import { caveats, dataTable, money, nothing, picker, toolbar } from "../parts";
import { narrow } from "../pickers";
import { elsewhere } from "../state";
import { leavesOf } from "../universe";

const SHOWN_CLASSES = 6;

export async function view(context: Context): Promise<HTMLElement[]> {
  const { text, state } = context;
  const all = (await whole("rpt_expenditure_by_class")).filter((row) =>
    ["initial_budget", "final_account"].includes(row.phase),
  );
  if (all.length === 0) return [nothing(text.noTables)];
  const scope = narrow(context, all, "scope");
  const periods = periodsOf(scope.rows);
  const { year, phase } =
    periods.find((period) => `${period.year}` === state.year && period.phase === state.phase) ??
    periods.reduce((most, period) => (period.bodies > most.bodies ? period : most));
  const ofPeriod = scope.rows.filter((row) => row.fiscal_year === year && row.phase === phase);
  const fund = narrow(context, ofPeriod, "fund", { by: bodiesOf });
  const kind = narrow(context, fund.rows, "kind", { by: bodiesOf });
  const { rows } = kind;
  const by = state.by === "shares" ? "shares" : "amounts";
  Object.assign(state, { year: String(year), phase, by });
  const bars = toolbar(
    periodPicker(context, periods, year, phase),
    fund.picker,
    kind.picker,
    scope.picker,
    picker(
      context,
      text.compareBy,
      "by",
      [
        { value: "amounts", name: text.amounts },
        { value: "shares", name: text.shares },
      ],
      by,
    ),
  );
  const bodies = [...groupBy(rows, (row) => row.department_id)]
    .map(([body, own]) => ({ body, rows: own, sum: sumOf(own) }))
    .toSorted((a, b) => (a.sum > b.sum ? -1 : a.sum < b.sum ? 1 : 0));
  if (bodies.length === 0) return [bars, nothing(text.noSuchBodies)];
  const unit = unitFor(
    context.language,
    bodies.map(({ sum }) => sum),
  );
  const greatest = rows.reduce((most, row) => (row.amount_fen > most ? row.amount_fen : most), 1n);
  return [
    bars,
    h("p", { class: "note" }, text.sameScale),
    h(
      "div",
      { class: "multiples" },
      ...bodies.map((body) => multiple(context, body, unit, by === "shares" ? null : greatest)),
    ),
    classTable(context, bodies, unit),
    caveats(context, "scope", "fund", "phase", "sources", "additive", "rounding"),
  ];
}

interface Body {
  body: string;
  rows: ClassTotal[];
  sum: Fen;
}

interface Period {
  year: number;
  phase: string;
  bodies: number;
}

/** How many bodies print it: what most bodies print goes first. */
function bodiesOf(rows: ClassTotal[]): number {
  return new Set(rows.map((row) => row.department_id)).size;
}

function periodsOf(rows: ClassTotal[]): Period[] {
  return [...groupBy(rows, (row) => `${row.fiscal_year}.${row.phase}`)]
    .map(([, own]) => ({
      year: own[0]?.fiscal_year ?? 0,
      phase: own[0]?.phase ?? "",
      bodies: bodiesOf(own),
    }))
    .toSorted((a, b) => b.year - a.year || a.phase.localeCompare(b.phase));
}

/** Year and phase are one choice, because not every year has both. */
function periodPicker(
  context: Context,
  periods: Period[],
  year: number,
  phase: string,
): HTMLElement {
  const { text, state } = context;
  const name = (period: Period) =>
    `${period.year} ${context.phaseName(period.phase)} (${period.bodies})`;
  const select = h(
    "select",
    {
      name: "period",
      onchange: () => {
        const [newYear = "", newPhase = ""] = select.value.split(".");
        location.hash = elsewhere(state, "compare", {
          ...state,
          year: newYear,
          phase: newPhase,
          view: "compare",
        });
      },
    },
    ...periods.map((period) =>
      h(
        "option",
        {
          value: `${period.year}.${period.phase}`,
          selected: period.year === year && period.phase === phase,
        },
        name(period),
      ),
    ),
  );
  return h("label", { class: "picker" }, h("span", {}, text.year), select);
}

function multiple(context: Context, body: Body, unit: Unit, greatest: Fen | null): HTMLElement {
  const { text, state } = context;
  const name = context.bodyName(body.body);
  const ordered = [...body.rows].toSorted((a, b) => (a.amount_fen > b.amount_fen ? -1 : 1));
  const shown = ordered.slice(0, SHOWN_CLASSES);
  const href = context.figure(`body.${body.body}`, name, () => leavesOf(body.body, body.rows));
  return h(
    "section",
    { class: "multiple" },
    h("h3", {}, h("a", { href: elsewhere(state, "purpose", { body: body.body }) }, name)),
    h("p", { class: "sum" }, money(body.sum, unit, text, href), ` ${unit.name}`),
    h(
      "ul",
      { class: "bars" },
      ...shown.map((row) => {
        const length = greatest === null ? body.sum || 1n : greatest;
        const part = Math.max(0, (100 * Number(row.amount_fen)) / Number(length));
        const label = context.accountName("function", row.function_class_code);
        return h(
          "li",
          { title: `${label} ${text.exact(inYuan(row.amount_fen))}` },
          h("span", { class: "name" }, label),
          h(
            "span",
            { class: "value" },
            greatest === null
              ? (percentage(row.amount_fen, body.sum) ?? "—")
              : money(
                  row.amount_fen,
                  unit,
                  text,
                  context.figure(
                    `class.${body.body}.${row.function_class_code}`,
                    `${name} · ${label}`,
                    () => leavesOf(body.body, [row]),
                  ),
                ),
          ),
          h("i", {
            class: "bar",
            style: `inline-size: ${part.toFixed(1)}%; background: ${accountColour(row.function_class_code)}`,
          }),
        );
      }),
      ordered.length > shown.length
        ? h("li", { class: "nothing" }, text.more(ordered.length - shown.length))
        : null,
    ),
  );
}

function classTable(context: Context, bodies: Body[], unit: Unit): HTMLElement {
  const { text } = context;
  const rows = bodies.flatMap((body) => body.rows.map((row) => ({ body, row })));
  return dataTable(
    context,
    rows,
    [
      { head: text.body, value: ({ body }) => context.bodyName(body.body), prose: true },
      {
        head: text.class,
        value: ({ row }) => context.accountName("function", row.function_class_code),
        prose: true,
      },
      {
        head: text.amount,
        value: ({ row }) => row.amount_fen,
        href: ({ body, row }) =>
          context.figure(
            `class.${body.body}.${row.function_class_code}`,
            `${context.bodyName(body.body)} · ${context.accountName("function", row.function_class_code)}`,
            () => leavesOf(body.body, [row]),
          ),
      },
      {
        head: text.share,
        value: ({ body, row }) => percentage(row.amount_fen, body.sum),
        minor: true,
      },
    ],
    { caption: text.views.compare, file: "compare", unit },
  );
}
