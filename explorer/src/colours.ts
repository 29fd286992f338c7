/** Colours that mean the same in every view. */

const TONES = [
  "#3d6b99",
  "#b8653a",
  "#4f8a5b",
  "#8a5a8f",
  "#a88a2f",
  "#3f8c8c",
  "#b35468",
  "#6b75b0",
  "#7a8b3d",
  "#9b6b4a",
  "#5b7f95",
  "#a8577f",
  "#64915a",
  "#8570a6",
];

// The classes that most bodies have get the tones that differ most.
const CLASSES = [
  "215",
  "208",
  "201",
  "210",
  "221",
  "205",
  "206",
  "207",
  "211",
  "212",
  "213",
  "214",
  "216",
  "204",
];

function tone(index: number): string {
  return TONES[index % TONES.length] ?? "#777777";
}

/** The colour of an account: that of its class, 类 of functions or of economic accounts. */
export function accountColour(code: string): string {
  const known = CLASSES.indexOf(code.slice(0, 3));
  if (known >= 0) return tone(known);
  const number = Number.parseInt(code.slice(0, 3), 10);
  return Number.isNaN(number) ? "#8a8a8a" : tone(number);
}

export const PHASE_COLOURS: Record<string, string> = {
  prior_year_budget: "#c9c3b4",
  initial_budget: "#b9c7d6",
  adjusted_budget: "#86a5c4",
  final_account: "#3d6b99",
};

export const FUND_COLOURS: Record<string, string> = {
  general_public_budget: "#3d6b99",
  fiscal_appropriation: "#3d6b99",
  appropriation: "#3d6b99",
  government_fund_budget: "#b8653a",
  state_capital_budget: "#8a5a8f",
  fiscal_special_account: "#3f8c8c",
};

export const KIND_COLOURS: Record<string, string> = {
  basic: "#5b7f95",
  basic_personnel: "#3d6b99",
  basic_public: "#86a5c4",
  project: "#a88a2f",
};

export const THREE_PUBLIC_COLOURS = {
  abroad: "#8a5a8f",
  vehicle_purchase: "#b8653a",
  vehicle_running: "#a88a2f",
  vehicle: "#a88a2f",
  reception: "#3f8c8c",
};
