/** Projects with what they cost, what they should achieve, and how they scored. */

import { type Context, groupBy } from "../context";
import {
  type Indicator,
  type PolicyBasis,
  type ProjectAmount,
  part,
  type Rating,
  type ReportedProject,
  whole,
} from "../data";
import { h } from "../dom";
import { lineAddress } from "../lines";
import { type Fen, unitFor } from "../money";
import { type Column, caveats, dataTable, nothing, picker, toolbar } from "../parts";
import { changed } from "../state";
import { bodyPicker, chosenBody, documentChoices } from "../universe";

/** Where a form names its project, and may print one amount beside the name. */
const NAME_SECTION = "项目名称";
const PHASES = ["initial_budget", "adjusted_budget", "final_account"] as const;

type Phase = (typeof PHASES)[number];

interface Project {
  id: string;
  document: string;
  name: string;
  parent: string | null;
  report: ReportedProject | undefined;
  amounts: ProjectAmount[];
  ratings: Rating[];
  indicators: Indicator[];
}

export async function view(context: Context): Promise<HTMLElement[]> {
  const { text, state } = context;
  const body = state.body ?? (await bodyWithProjects(context));
  if (body === undefined) return [nothing(text.noDocument)];
  const known = await projectsOf(body, text.unnamed);
  const [indicators, basis] = await Promise.all([
    part("fct_performance_indicator", body),
    part("fct_policy_basis", body),
  ]);
  const ofBody = indicators.filter((row) => !row.project_id);
  const documents = documentChoices(
    context,
    [...known.map((project) => project.document), ...ofBody.map((row) => row.document_id)],
  );
  Object.assign(state, { body });
  if (documents.length === 0) {
    return [toolbar(bodyPicker(context, body)), nothing(text.noProjects)];
  }
  const document = documents.find(({ value }) => value === state.doc)?.value;
  const isShown = (id: string) => document === undefined || id === document;
  const projects = known.filter((project) => isShown(project.document));
  const chosen = projects.find((project) => project.id === state.project);
  const choices = documents.length > 1 ? [{ value: "", name: text.all }, ...documents] : documents;
  const current = document ?? choices[0]?.value ?? "";
  const shown = ofBody.filter((row) => isShown(row.document_id));
  return [
    toolbar(
      bodyPicker(context, body),
      picker(context, text.document, "doc", choices, current, { project: undefined }),
    ),
    ...(chosen
      ? details(context, chosen, projects, basis)
      : [
          projectTable(context, projects),
          ...(shown.length ? [indicatorTable(context, shown, text.departmentIndicators)] : []),
        ]),
    caveats(context, "phase", "projects", "rounding", "printed"),
  ];
}

/** The body of which most projects are known. */
async function bodyWithProjects(context: Context): Promise<string | undefined> {
  const bodies = groupBy(await whole("project"), (project) => project.department_id);
  const most = [...bodies].toSorted((a, b) => b[1].length - a[1].length)[0];
  return most?.[0] ?? chosenBody(context);
}

async function projectsOf(body: string, unnamed: string): Promise<Project[]> {
  const [amounts, reports, ratings, indicators] = await Promise.all([
    part("fct_project", body),
    part("rpt_projects", body),
    part("fct_project_rating", body),
    part("fct_performance_indicator", body),
  ]);
  const reported = new Map(reports.map((row) => [row.project_id, row]));
  const rated = groupBy(ratings, (row) => row.project_id ?? "");
  const measured = groupBy(indicators, (row) => row.project_id ?? "");
  return [...groupBy(amounts, (row) => row.project_id)].map(([id, own]) => ({
    id,
    document: own[0]?.document_id ?? "",
    name: own[0]?.project_name ?? unnamed,
    parent: own[0]?.parent_project_id ?? null,
    report: reported.get(id),
    amounts: own,
    ratings: rated.get(id) ?? [],
    indicators: measured.get(id) ?? [],
  }));
}

function amountOf(project: Project, phase: Phase): Fen | null {
  return project.report?.[`${phase}_fen`] ?? null;
}

/** What the report takes a phase's amount from: the total, else the funds, else the part. */
function sourcesOf(project: Project, phase: Phase): ProjectAmount[] {
  const own = project.amounts.filter((row) => row.phase === phase);
  const firstOf = (rows: ProjectAmount[]) => rows.filter((row) => row.amount_fen !== null).slice(0, 1);
  const isWhole = (row: ProjectAmount) => row.funding_source === "all";
  const totals = own.filter((row) => row.amount_role === "total" && isWhole(row));
  if (totals.length > 0) return firstOf(totals);
  const components = own.filter((row) => row.amount_role === "component");
  const funds = components.filter((row) => !isWhole(row));
  if (funds.length > 0 && funds.every((row) => row.amount_fen !== null)) return funds;
  return firstOf(components.filter((row) => isWhole(row) && row.section === NAME_SECTION));
}

/** The address of the print of a result. */
function ratingAddress(context: Context, project: Project, item: string): string | undefined {
  const rating = project.ratings.find((row) => row.item === item);
  return rating && lineAddress(context, rating.document_id, rating.line_id);
}

function projectTable(context: Context, projects: Project[]): HTMLElement {
  const { text, state } = context;
  if (projects.length === 0) return nothing(text.noProjects);
  const phases = PHASES.filter((phase) => projects.some((p) => amountOf(p, phase) !== null));
  const unit = unitFor(
    context.language,
    projects.flatMap((project) => phases.map((phase) => amountOf(project, phase))),
  );
  const main = (project: Project): Fen =>
    phases.map((phase) => amountOf(project, phase)).find((amount) => amount !== null) ?? 0n;
  const ordered = projects.toSorted((a, b) => Number(main(b) > main(a)) - Number(main(b) < main(a)));
  const greatest = ordered[0] ? main(ordered[0]) || 1n : 1n;
  const hasDocuments = new Set(projects.map((project) => project.document)).size > 1;
  const results: Column<Project>[] = [
    result(context, text.projectRate, "execution_rate", ({ report }) =>
      report?.execution_rate ? `${report.execution_rate}%` : null,
    ),
    result(context, text.score, "total_score", ({ report }) =>
      report?.total_score ? Number(report.total_score) : null,
    ),
    result(context, text.grade, "grade", ({ report }) => report?.grade ?? null),
  ];
  return dataTable(
    context,
    ordered,
    [
      {
        head: text.project,
        value: (project) => project.name,
        href: (project) =>
          changed(state, { project: project.id, figure: undefined, line: undefined }),
        prose: true,
      },
      ...(hasDocuments ? [documentColumn(context)] : []),
      ...phases.map((phase) => ({
        head: text.projectPhases[phase],
        minor: phase !== phases.at(-1),
        value: (project: Project) => amountOf(project, phase),
        href: (project: Project) =>
          context.figure(
            `total.${phase}.${project.id}`,
            `${project.name} · ${text.projectPhases[phase]}`,
            () => sourcesOf(project, phase),
          ),
      })),
      ...results.filter(({ value }) => projects.some((project) => value(project) !== null)),
      {
        head: text.indicatorCount,
        value: (project) => project.indicators.length,
        minor: true,
      },
    ],
    {
      caption: text.projectCount(projects.length),
      file: `projects_${state.body}`,
      unit,
      bar: (project) => Math.max(0, Number(main(project)) / Number(greatest)),
    },
  );
}

/** A column of results, each leading to its print. */
function result(
  context: Context,
  head: string,
  item: string,
  value: (project: Project) => string | number | null,
): Column<Project> {
  return {
    head,
    value,
    short: true,
    href: (project) =>
      value(project) === null ? undefined : ratingAddress(context, project, item),
  };
}

function documentColumn(context: Context): Column<Project> {
  return {
    head: context.text.document,
    value: (project) => {
      const document = context.core.document.get(project.document);
      return document ? context.documentName(document) : null;
    },
    prose: true,
    minor: true,
  };
}

function details(
  context: Context,
  project: Project,
  projects: Project[],
  basis: PolicyBasis[],
): HTMLElement[] {
  const { text, state } = context;
  const parent = projects.find((other) => other.id === project.parent);
  const first = project.amounts[0];
  const unit = unitFor(
    context.language,
    project.amounts.map((row) => row.amount_fen),
  );
  const rests = basis.filter((row) => row.project_id === project.id);
  const facts: [string, string | Node | null | undefined][] = [
    [text.supervising, first?.supervising_department],
    [text.implementing, first?.implementing_unit],
    [
      text.partOf,
      parent &&
        h("a", { href: changed(state, { project: parent.id, figure: undefined }) }, parent.name),
    ],
  ];
  const list = changed(state, { project: undefined, figure: undefined, line: undefined });
  return [
    h("p", {}, h("a", { href: list }, `← ${text.views.projects}`)),
    h("h2", {}, project.name),
    h(
      "dl",
      { class: "facts" },
      ...facts
        .filter(([, value]) => value)
        .flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value as string)]),
    ),
    dataTable(
      context,
      project.amounts,
      [
        { head: text.name, value: (row) => row.label, prose: true },
        { head: text.phase, value: (row) => context.phaseName(row.phase) },
        {
          head: text.funding,
          value: (row) => text.fundings[row.funding_source] ?? row.funding_source,
          minor: true,
        },
        {
          head: text.role,
          value: (row) => text.roles[row.amount_role] ?? row.amount_role,
          minor: true,
        },
        {
          head: text.amount,
          value: (row) => row.amount_fen,
          href: (row) =>
            context.figure(`amount.${row.line_id}`, row.label ?? project.name, () => [row]),
        },
      ],
      {
        caption: text.projectAmounts,
        file: `project_${project.id}`,
        unit,
        isTotal: (row) => row.amount_role === "total" && row.funding_source === "all",
      },
    ),
    ...(project.ratings.length ? [ratingTable(context, project)] : []),
    ...(project.indicators.length
      ? [indicatorTable(context, project.indicators, text.indicators)]
      : []),
    ...(rests.length
      ? [
          dataTable(
            context,
            rests,
            [
              { head: text.policyBasis, value: (row) => row.instrument_title, prose: true },
              { head: text.code, value: (row) => row.document_number },
            ],
            { caption: text.policyBasis, file: `policy_basis_${project.id}` },
          ),
        ]
      : []),
  ];
}

/** What the form prints of the project's execution and score, as printed. */
function ratingTable(context: Context, project: Project): HTMLElement {
  const { text } = context;
  return dataTable(
    context,
    project.ratings,
    [
      { head: text.projectResult, value: ({ item }) => text.ratings[item] ?? item },
      {
        head: text.printed,
        value: ({ printed_text: printed }) => printed,
        href: ({ document_id: document, line_id: line }) => lineAddress(context, document, line),
      },
    ],
    { caption: text.projectResults, file: `results_${project.id}` },
  );
}

function indicatorTable(context: Context, indicators: Indicator[], caption: string): HTMLElement {
  const { text, state } = context;
  const target = (row: Indicator) =>
    [row.comparison, row.target, row.target_unit].filter(Boolean).join(" ") || null;
  return dataTable(
    context,
    indicators,
    [
      {
        head: text.indicator,
        value: (row) => row.indicator ?? row.level_2,
        node: (row) =>
          h(
            "span",
            {},
            [row.level_1, row.level_2].some(Boolean) &&
              h(
                "small",
                { class: "level" },
                [row.level_1, row.level_2].filter(Boolean).join(" › "),
              ),
            row.indicator ?? "",
          ),
        prose: true,
      },
      { head: text.target, value: target, prose: true },
      { head: text.actual, value: (row) => row.actual, prose: true },
      { head: text.weight, value: (row) => row.weight, minor: true },
      { head: text.score, value: (row) => row.score, minor: true },
      { head: text.deviation, value: (row) => row.deviation_reason, minor: true, prose: true },
    ],
    { caption, file: `indicators_${state.project ?? state.doc}` },
  );
}
