/** The three public expenses (“三公”经费) of a body over the years, with their counts. */

import { chart, datum, ink, tip, tooltip } from "../chart";
import { THREE_PUBLIC_COLOURS } from "../colours";
import { type Context, groupBy } from "../context";
import { part, type ThreePublicFigure, type ThreePublicYear, whole } from "../data";
import { h } from "../dom";
import { approximate, type Fen, inUnit, inYuan, type Unit, unitFor } from "../money";
import { caveats, dataTable, nothing, picker, toolbar } from "../parts";
import { bodyPicker, chosenBody } from "../universe";

type Part = keyof typeof THREE_PUBLIC_COLOURS;

const ITEMS: Record<Part | "total", string> = {
  total: "three_public_total",
  abroad: "three_public_abroad",
  vehicle: "three_public_vehicle",
  vehicle_purchase: "three_public_vehicle_purchase",
  vehicle_running: "three_public_vehicle_running",
  reception: "three_public_reception",
};
const ORDER = ["initial_budget", "adjusted_budget", "final_account"];

export async function view(context: Context): Promise<HTMLElement[]> {
  const { text, state } = context;
  const body = chosenBody(context);
  if (body === undefined) return [nothing(text.noDocument)];
  const all = (await whole("rpt_three_public_over_years")).filter(
    (row) => row.department_id === body,
  );
  Object.assign(state, { body });
  if (all.length === 0) return [toolbar(bodyPicker(context, body)), nothing(text.noThreePublic)];
  const scopes = [...new Set(all.map((row) => row.reporting_scope))].toSorted();
  const scope = scopes.find((value) => value === state.scope) ?? scopes[0] ?? "";
  Object.assign(state, { scope });
  const rows = all
    .filter((row) => row.reporting_scope === scope)
    .toSorted(
      (a, b) => a.fiscal_year - b.fiscal_year || ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase),
    );
  const figures = await part("fct_three_public", body);
  const unit = unitFor(
    context.language,
    rows.map((row) => row.total_fen),
  );
  const scopeChoices = scopes.map((value) => ({ value, name: text.scopes[value] ?? value }));
  return [
    toolbar(bodyPicker(context, body), picker(context, text.scope, "scope", scopeChoices, scope)),
    stacked(context, rows, unit),
    amountTable(context, rows, figures, unit),
    countTable(context, rows, figures),
    caveats(context, "phase", "sources", "scope", "rounding", "printed"),
  ];
}

function label(context: Context, row: ThreePublicYear): string {
  return `${row.fiscal_year} ${context.phaseName(row.phase)}`;
}

/** Vehicles in their two parts where these are printed, else as one. */
function partsOf(row: ThreePublicYear): [Part, Fen | null][] {
  const isSplit = row.vehicle_purchase_fen !== null || row.vehicle_running_fen !== null;
  return [
    ["abroad", row.abroad_fen],
    ["vehicle_purchase", isSplit ? row.vehicle_purchase_fen : null],
    ["vehicle_running", isSplit ? row.vehicle_running_fen : null],
    ["vehicle", isSplit ? null : row.vehicle_fen],
    ["reception", row.reception_fen],
  ];
}

function partName(context: Context, name: Part): string {
  const { text } = context;
  return {
    abroad: text.abroad,
    vehicle: text.vehicle,
    vehicle_purchase: text.vehiclePurchase,
    vehicle_running: text.vehicleRunning,
    reception: text.reception,
  }[name];
}

function stacked(context: Context, rows: ThreePublicYear[], unit: Unit): HTMLElement {
  const { text } = context;
  const parts = (Object.keys(THREE_PUBLIC_COLOURS) as Part[]).filter((name) =>
    rows.some((row) => partsOf(row).some(([other, amount]) => other === name && amount)),
  );
  if (parts.length === 0) return h("div");
  const amount = (row: ThreePublicYear, name: Part) =>
    partsOf(row).find(([other]) => other === name)?.[1] ?? null;
  const drawn = chart(
    (width) => ({
      grid: { left: 8, right: 110, top: width < 520 ? 64 : 36, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { color: ink() }, itemWidth: 12, itemHeight: 12 },
      tooltip: {
        ...tooltip,
        formatter: (params) => {
          const { title, part, fen } = datum<{ title: string; part: Part; fen: Fen }>(params);
          return tip(title, partName(context, part), text.exact(inYuan(fen)));
        },
      },
      xAxis: { type: "value", show: false },
      yAxis: {
        type: "category",
        inverse: true,
        data: rows.map((row) => label(context, row)),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { color: ink() },
      },
      series: parts.map((name, index) => ({
        type: "bar",
        stack: "all",
        name: partName(context, name),
        barMaxWidth: 22,
        itemStyle: { color: THREE_PUBLIC_COLOURS[name] },
        label: {
          show: index === parts.length - 1,
          position: "right",
          color: ink(),
          fontSize: 11,
          formatter: (params) => {
            const row = rows[params.dataIndex];
            const sum = row?.total_fen;
            return sum === null || sum === undefined ? "" : `${inUnit(sum, unit)} ${unit.name}`;
          },
        },
        data: rows.map((row) => ({
          value: approximate(amount(row, name) ?? 0n),
          fen: amount(row, name) ?? 0n,
          title: label(context, row),
          part: name,
          key: `${row.fiscal_year}.${row.phase}.${name}`,
        })),
      })),
    }),
    {
      label: text.threePublicChart,
      height: 70 + rows.length * 34,
      onclick: (data) => {
        const { key } = data as { key?: string };
        if (key) location.hash = context.figureAddress(key);
      },
    },
  );
  return h("figure", {}, drawn, h("figcaption", {}, text.threePublicChart));
}

function amountTable(
  context: Context,
  rows: ThreePublicYear[],
  figures: ThreePublicFigure[],
  unit: Unit,
): HTMLElement {
  const { text, state } = context;
  const column = (
    head: string,
    name: Part | "total",
    value: (row: ThreePublicYear) => Fen | null,
  ) => ({
    head,
    value,
    href: (row: ThreePublicYear) =>
      value(row) === null ? undefined : figureOf(context, row, name, value(row), figures),
  });
  const amounts = [
    column(text.threePublicTotal, "total", (row) => row.total_fen),
    column(text.abroad, "abroad", (row) => row.abroad_fen),
    column(text.vehicle, "vehicle", (row) => row.vehicle_fen),
    column(text.vehiclePurchase, "vehicle_purchase", (row) => row.vehicle_purchase_fen),
    column(text.vehicleRunning, "vehicle_running", (row) => row.vehicle_running_fen),
    column(text.reception, "reception", (row) => row.reception_fen),
  ];
  return dataTable(
    context,
    rows,
    [
      { head: text.year, value: (row) => label(context, row), short: true },
      ...amounts.filter(({ value }) => rows.some((row) => value(row) !== null)),
    ],
    { caption: text.views["three-public"], file: `three_public_${state.body}`, unit },
  );
}

/** The cell that prints the amount: the report takes the greatest of those of its item. */
function figureOf(
  context: Context,
  row: ThreePublicYear,
  name: Part | "total",
  amount: Fen | null,
  figures: ThreePublicFigure[],
): string {
  const title = `${label(context, row)} · ${name === "total" ? context.text.threePublicTotal : partName(context, name)}`;
  return context.figure(`${row.fiscal_year}.${row.phase}.${name}`, title, () =>
    figures
      .filter(
        (figure) =>
          figure.document_id === row.document_id &&
          figure.expense_item === ITEMS[name] &&
          figure.amount_fen === amount &&
          (figure.phase === row.phase || figure.phase.startsWith("prior_year")),
      )
      .slice(0, 1),
  );
}

function countTable(
  context: Context,
  rows: ThreePublicYear[],
  figures: ThreePublicFigure[],
): HTMLElement {
  const { text, state } = context;
  const documents = new Set(rows.map((row) => row.document_id));
  const counts = figures.filter(
    (figure) => figure.measure !== "money" && documents.has(figure.document_id),
  );
  if (counts.length === 0) return h("div");
  const forms = groupBy(counts, (figure) => `${figure.document_id} ${figure.form}`);
  // A document may print its counts in two forms; they are the same.
  const first = new Map<string, ThreePublicFigure[]>();
  for (const own of forms.values()) {
    const document = own[0]?.document_id ?? "";
    if (!first.has(document)) first.set(document, own);
  }
  return dataTable(
    context,
    [...first.values()].flat(),
    [
      { head: text.counts, value: (figure) => figure.label, prose: true },
      {
        head: text.quantity,
        value: (figure) => (figure.quantity === null ? null : Number(figure.quantity)),
        href: (figure) =>
          context.figure(`count.${figure.line_id}`, figure.label ?? text.counts, () => [figure]),
      },
      ...(counts.some((figure) => figure.quantity_unit !== null)
        ? [{ head: text.unit, value: (figure: ThreePublicFigure) => figure.quantity_unit }]
        : []),
      {
        head: text.document,
        value: (figure) => {
          const document = context.core.document.get(figure.document_id);
          return document ? context.documentName(document) : null;
        },
        prose: true,
      },
    ],
    { caption: text.counts, file: `three_public_counts_${state.body}` },
  );
}
