/** The rows of the warehouse, fetched when they are needed. Each file is fetched once. */

import { decompress } from "fzstd";
import { parquetReadObjects } from "hyparquet";
import type { Fen } from "./money";

export interface Document {
  document_id: string;
  file_path: string;
  title: string | null;
  document_kind: string;
  department_id: string;
  reporting_scope: string | null;
  fiscal_year: number | null;
  unit: string | null;
  format: string;
  text_origin: string;
  page_count: number | null;
  status: string;
  status_reason: string | null;
  source_url: string | null;
  amounts: number;
  repaired: number;
  unreadable: number;
  holds: number;
  holds_within_rounding: number;
  holds_after_repair: number;
  violated: number;
  not_computable: number;
  unrecognised_tables: number;
}

export interface Department {
  department_id: string;
  department_name: string;
  region_code: string | null;
  region_name: string | null;
  province_name: string | null;
  city_name: string | null;
}

export interface FormCoverage {
  document_id: string;
  form: string | null;
  form_number: string | null;
  title: string | null;
  declared: boolean;
  found: boolean;
  is_empty: boolean;
  cells: number;
  page: number | null;
}

export interface Account {
  kind: "function" | "economic";
  code: string;
  name: string;
}

/** One universe: its amounts may be added up, those of two never. */
export interface Universe {
  document_id: string;
  phase: string;
  fund: string;
  spending_kind: string;
}

interface Leaf extends Universe {
  line_id: string;
  amount_fen: Fen | null;
}

/** A leaf of either classification, its code under one name. */
export interface Spending extends Leaf {
  code: string;
}

export interface Revenue {
  line_id: string;
  document_id: string;
  phase: string;
  revenue_source: string;
  amount_fen: Fen | null;
}

export interface ClassTotal extends Universe {
  department_id: string;
  reporting_scope: string;
  fiscal_year: number;
  function_class_code: string;
  amount_fen: Fen;
}

export interface ThreePublicYear {
  department_id: string;
  reporting_scope: string;
  fiscal_year: number;
  phase: string;
  document_id: string;
  total_fen: Fen | null;
  abroad_fen: Fen | null;
  vehicle_fen: Fen | null;
  vehicle_purchase_fen: Fen | null;
  vehicle_running_fen: Fen | null;
  reception_fen: Fen | null;
}

export interface ThreePublicFigure {
  line_id: string;
  document_id: string;
  form: string;
  phase: string;
  expense_item: string | null;
  label: string | null;
  measure: string;
  amount_fen: Fen | null;
  quantity: string | null;
  quantity_unit: string | null;
}

export interface ProjectAmount {
  line_id: string;
  project_id: string;
  document_id: string;
  project_name: string | null;
  parent_project_id: string | null;
  supervising_department: string | null;
  implementing_unit: string | null;
  phase: string;
  funding_source: string;
  amount_role: string;
  section: string | null;
  label: string | null;
  amount_fen: Fen | null;
}

/** A project with its totals, and what its form prints of its results. */
export interface ReportedProject {
  project_id: string;
  initial_budget_fen: Fen | null;
  adjusted_budget_fen: Fen | null;
  final_account_fen: Fen | null;
  /** in per cent */
  execution_rate: string | null;
  total_score: string | null;
  grade: string | null;
}

export interface Rating {
  line_id: string;
  document_id: string;
  project_id: string | null;
  item: string;
  printed_text: string | null;
}

export interface Indicator {
  document_id: string;
  project_id: string | null;
  project_name: string | null;
  level_1: string | null;
  level_2: string | null;
  indicator: string | null;
  comparison: string | null;
  target: string | null;
  target_unit: string | null;
  actual: string | null;
  weight: string | null;
  score: string | null;
  deviation_reason: string | null;
  page: number | null;
}

export interface PolicyBasis {
  document_id: string;
  project_id: string | null;
  instrument_title: string | null;
  document_number: string | null;
  page: number | null;
}

export interface Finding {
  finding_id: string;
  document_id: string;
  form_number: string | null;
  severity: string;
  sentence_zh: string;
  sentence_en: string;
  difference_fen: Fen | null;
  equations: number;
}

export interface Suspect {
  finding_id: string;
  document_id: string;
  line_id: string;
  suspect_rank: number;
  proposed_fen: Fen | null;
  form_number: string | null;
  label: string | null;
  column_path: string | null;
  printed_text: string | null;
}

/** A figure that was repaired, or that a person has to look at. */
export interface Doubt {
  document_id: string;
  line_id: string;
  form_number: string | null;
  label: string | null;
  column_path: string | null;
  printed_text: string | null;
  printed_unit: string | null;
  page: number | null;
  amount_fen: Fen | null;
  is_repaired: boolean;
  repair_evidence: string | null;
  review_reason: string | null;
  review_candidates: string | null;
}

export interface Line {
  line_id: string;
  /** by which terms name it: its place in the file, from 1 */
  line_number: number;
  form: string | null;
  form_number: string | null;
  label: string | null;
  column_path: string | null;
  phase: string | null;
  fund: string | null;
  spending_kind: string | null;
  amount_fen: Fen | null;
  state: string;
  printed_text: string | null;
  printed_unit: string | null;
  is_repaired: boolean;
  page: number | null;
  row_number: number | null;
  column_number: number | null;
  x0: number | null;
  y0: number | null;
  x1: number | null;
  y1: number | null;
  printed_fen: Fen | null;
  repair_evidence: string | null;
  repair_cost: string | null;
  review_reason: string | null;
  review_candidates: string | null;
  /** of an amount in prose */
  sentence: string | null;
  block: number | null;
  grid_row: number | null;
  grid_column: number | null;
}

export interface Equation {
  /** by which terms name it: its place in the file, from 1 */
  equation_number: number;
  description: string;
  identity_en: string;
  left_fen: Fen | null;
  right_fen: Fen | null;
  difference_fen: Fen | null;
  tolerance_fen: Fen | null;
  verdict: string;
  finding_id: string | null;
}

export interface Term {
  equation_number: number;
  side: string;
  sign: number;
  line_number: number | null;
  amount_fen: Fen | null;
}

export interface Cell {
  kind: string;
  block: number;
  row: number | null;
  column: number | null;
  row_span: number | null;
  column_span: number | null;
  text: string | null;
}

export interface PageSize {
  document_id: string;
  page: number;
  width: number;
  height: number;
}

export interface AccountUse {
  kind: "function" | "economic";
  code: string;
  department_id: string;
}

export interface Project {
  project_id: string;
  document_id: string;
  department_id: string;
  project_name: string | null;
}

interface Whole {
  dim_document: Document;
  dim_department: Department;
  dim_fund: { fund: string; fund_name: string };
  dim_form: { form: string; form_name: string; form_name_en: string };
  form_coverage: FormCoverage;
  classification: Account;
  account_use: AccountUse;
  project: Project;
  rpt_expenditure_by_class: ClassTotal;
  rpt_three_public_over_years: ThreePublicYear;
  rpt_findings: Finding;
  suspects: Suspect;
  doubt: Doubt;
  page: PageSize;
}

interface PerDepartment {
  fct_expenditure_by_function: Leaf & { function_code: string };
  fct_expenditure_by_economic: Leaf & { economic_code: string };
  fct_revenue: Revenue;
  fct_three_public: ThreePublicFigure;
  fct_project: ProjectAmount;
  fct_project_rating: Rating;
  rpt_projects: ReportedProject;
  fct_performance_indicator: Indicator;
  fct_policy_basis: PolicyBasis;
}

interface PerDocument {
  line: Line;
  equation: Equation;
  term: Term;
  cell: Cell;
}

interface Index {
  version: string;
  shards: Record<string, string[]>;
}

const fetched = new Map<string, Promise<unknown>>();
let index: Promise<Index> | undefined;

function once<Value>(key: string, make: () => Promise<Value>): Promise<Value> {
  const known = fetched.get(key) as Promise<Value> | undefined;
  if (known) return known;
  const made = make();
  fetched.set(key, made);
  // A failure may be of the moment; whoever asks again tries again.
  made.catch(() => fetched.delete(key));
  return made;
}

function readIndex(): Promise<Index> {
  index ??= get("data/index.json").then((response) => response.json());
  return index;
}

async function get(path: string): Promise<Response> {
  const response = await fetch(path, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return response;
}

async function read<Row>(path: string): Promise<Row[]> {
  const { version } = await readIndex();
  const response = await fetch(`data/${path}.parquet?${version}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  const file = await response.arrayBuffer();
  return (await parquetReadObjects({ file, compressors: { ZSTD: unpack } })) as Row[];
}

function unpack(packed: Uint8Array, length: number): Uint8Array {
  return decompress(packed, new Uint8Array(length));
}

/** A table that is one file. */
export function whole<Name extends keyof Whole>(name: Name): Promise<Whole[Name][]> {
  return once(name, () => read<Whole[Name]>(name));
}

type Parts = PerDepartment & PerDocument;

/** The number that a row gets by its place. */
const NUMBERED: Partial<Record<keyof Parts, string>> = {
  line: "line_number",
  equation: "equation_number",
};

/** The rows of one department or document; none where the warehouse has none. */
export function part<Name extends keyof Parts>(name: Name, key: string): Promise<Parts[Name][]> {
  return once(`${name}/${key}`, async () => {
    const { shards } = await readIndex();
    if (!shards[name]?.includes(key)) return [];
    const rows = await read<Parts[Name]>(`${name}/${key}`);
    const number = NUMBERED[name];
    return number ? rows.map((row, index) => ({ ...row, [number]: index + 1 })) : rows;
  });
}

/** The additive spending of a department along one classification. */
export async function spending(axis: Account["kind"], department: string): Promise<Spending[]> {
  if (axis === "function") {
    const rows = await part("fct_expenditure_by_function", department);
    return rows.map((row) => ({ ...row, code: row.function_code }));
  }
  const rows = await part("fct_expenditure_by_economic", department);
  return rows.map((row) => ({ ...row, code: row.economic_code }));
}

/** What every view needs to name things. */
export interface Core {
  documents: Document[];
  departments: Department[];
  coverage: FormCoverage[];
  document: Map<string, Document>;
  department: Map<string, Department>;
  fund: Map<string, string>;
  form: Map<string, { form_name: string; form_name_en: string }>;
  account: Map<string, string>;
}

export async function readCore(): Promise<Core> {
  const [documents, departments, funds, forms, coverage, accounts] = await Promise.all([
    whole("dim_document"),
    whole("dim_department"),
    whole("dim_fund"),
    whole("dim_form"),
    whole("form_coverage"),
    whole("classification"),
  ]);
  return {
    documents,
    departments,
    coverage,
    document: new Map(documents.map((row) => [row.document_id, row])),
    department: new Map(departments.map((row) => [row.department_id, row])),
    fund: new Map(funds.map((row) => [row.fund, row.fund_name])),
    form: new Map(forms.map((row) => [row.form, row])),
    account: new Map(accounts.map((row) => [`${row.kind}:${row.code}`, row.name])),
  };
}

export interface AnsweredQuery {
  name: string;
  question_zh: string;
  question_en: string;
  sql: string;
  columns: string[];
  rows: (string | null)[][];
  row_count: number;
  error: string | null;
}

/** The queries of docs/queries, with the answers of this warehouse. */
export function queries(): Promise<AnsweredQuery[]> {
  return once("queries", async () => (await get("data/queries.json")).json());
}
