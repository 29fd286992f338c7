/** Projects with what they cost, what they should achieve, and how they scored. */

import { type Context, groupBy } from "../context";
import { type Indicator, type PolicyBasis, type ProjectAmount, part, whole } from "../data";
import { h } from "../dom";
import { type Fen, unitFor } from "../money";
import { caveats, dataTable, nothing, picker, toolbar } from "../parts";
import { changed } from "../state";
import { bodyPicker, chosenBody, documentChoices } from "../universe";

interface Project {
  id: string;
  document: string;
  name: string;
  parent: string | null;
  amounts: ProjectAmount[];
  indicators: Indicator[];
}

export async function view(context: Context): Promise<HTMLElement[]> {
  const { text, state } = context;
  const body = state.body ?? (await bodyWithProjects(context));
  if (body === undefined) return [nothing(text.noDocument)];
  const [amounts, indicators, basis] = await Promise.all([
    part("fct_project", body),
    part("fct_performance_indicator", body),
    part("fct_policy_basis", body),
  ]);
  const documents = documentChoices(
    context,
    [...amounts, ...indicators].map((row) => row.document_id),
  );
  const document = documents.find(({ value }) => value === state.doc)?.value ?? documents[0]?.value;
  Object.assign(state, { body, ...(document ? { doc: document } : {}) });
  if (document === undefined) {
    return [toolbar(bodyPicker(context, body)), nothing(text.noProjects)];
  }
  const projects = projectsOf(
    amounts.filter((row) => row.document_id === document),
    indicators.filter((row) => row.document_id === document),
    text.unnamed,
  );
  const chosen = projects.find((project) => project.id === state.project);
  const ofBody = indicators.filter((row) => row.document_id === document && !row.project_id);
  return [
    toolbar(
      bodyPicker(context, body),
      picker(context, text.document, "doc", documents, document, { project: undefined }),
    ),
    ...(chosen
      ? details(context, chosen, projects, basis)
      : [
          projectTable(context, projects),
          ...(ofBody.length ? [indicatorTable(context, ofBody, text.departmentIndicators)] : []),
        ]),
    caveats(context, "phase", "rounding", "printed"),
  ];
}

/** The body of which most projects are known. */
async function bodyWithProjects(context: Context): Promise<string | undefined> {
  const bodies = groupBy(await whole("project"), (project) => project.department_id);
  const most = [...bodies].toSorted((a, b) => b[1].length - a[1].length)[0];
  return most?.[0] ?? chosenBody(context);
}

function projectsOf(amounts: ProjectAmount[], indicators: Indicator[], unnamed: string): Project[] {
  const measured = groupBy(
    indicators.filter((row) => row.project_id),
    (row) => row.project_id ?? "",
  );
  return [...groupBy(amounts, (row) => row.project_id)].map(([id, own]) => ({
    id,
    document: own[0]?.document_id ?? "",
    name: own[0]?.project_name ?? unnamed,
    parent: own[0]?.parent_project_id ?? null,
    amounts: own,
    indicators: measured.get(id) ?? [],
  }));
}

/** The project's own total of a phase; a project text that prints several has the greatest first. */
function totalOf(project: Project, phase: string): ProjectAmount | undefined {
  return project.amounts
    .filter(
      (row) =>
        row.phase === phase &&
        row.amount_role === "total" &&
        row.funding_source === "all" &&
        row.amount_fen !== null,
    )
    .toSorted((a, b) => ((a.amount_fen ?? 0n) > (b.amount_fen ?? 0n) ? -1 : 1))[0];
}

/** The sum of scores and weights, where both are plain numbers; these are points, not money. */
function scoreOf(project: Project): { score: string; weight: string } | null {
  const points = (text: string | null) => {
    const plain = (text ?? "").replace(/\s/g, "");
    return /^\d+(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * 100) : null;
  };
  const scored = project.indicators
    .map((row) => [points(row.score), points(row.weight)] as const)
    .filter(([score]) => score !== null);
  if (scored.length === 0) return null;
  const sum = (index: 0 | 1) =>
    String(scored.reduce((all, pair) => all + (pair[index] ?? 0), 0) / 100);
  return { score: sum(0), weight: sum(1) };
}

function projectTable(context: Context, projects: Project[]): HTMLElement {
  const { text, state } = context;
  if (projects.length === 0) return nothing(text.noProjects);
  const phases: [string, string][] = [
    ["initial_budget", text.projectBudget],
    ["adjusted_budget", text.projectAdjusted],
    ["final_account", text.projectFinal],
  ];
  const known = phases.filter(([phase]) => projects.some((project) => totalOf(project, phase)));
  const amountOf = (project: Project, phase: string): Fen | null =>
    totalOf(project, phase)?.amount_fen ?? null;
  const unit = unitFor(
    context.language,
    projects.flatMap((p) => known.map(([phase]) => amountOf(p, phase))),
  );
  const main = (project: Project): Fen =>
    known.map(([phase]) => amountOf(project, phase)).find((amount) => amount !== null) ?? 0n;
  const ordered = [...projects].toSorted((a, b) =>
    main(a) > main(b) ? -1 : main(a) < main(b) ? 1 : 0,
  );
  const greatest = main(ordered[0] as Project) || 1n;
  const hasScores = projects.some((project) => scoreOf(project));
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
      ...known.map(([phase, head]) => ({
        head,
        value: (project: Project) => amountOf(project, phase),
        href: (project: Project) => {
          const own = totalOf(project, phase);
          return (
            own &&
            context.figure(`total.${phase}.${project.id}`, `${project.name} · ${head}`, () => [own])
          );
        },
      })),
      ...(hasScores
        ? [
            {
              head: text.score,
              value: (project: Project) => {
                const points = scoreOf(project);
                return points && text.scoreOf(points.score, points.weight);
              },
            },
          ]
        : []),
      {
        head: text.indicatorCount,
        value: (project) => project.indicators.length,
        minor: true,
      },
    ],
    {
      caption: text.views.projects,
      file: `projects_${state.doc}`,
      unit,
      bar: (project) => Math.max(0, Number(main(project)) / Number(greatest)),
    },
  );
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
