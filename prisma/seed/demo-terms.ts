/** The vocabulary of the demo tape: invented names, real places, plausible weights. */

type Weighted<T> = readonly (readonly [weight: number, value: T])[];

/** Draws one of the weighted values with a uniform number in [0, 1). */
export function pick<T>(choices: Weighted<T>, uniform: number): T {
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);
  let left = uniform * total;
  for (const [weight, value] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return (choices[choices.length - 1] as readonly [number, T])[1];
}

export type Place = { country: string; region: string };

export const PLACES: Weighted<Place> = [
  [9, { country: "DE", region: "Bayern" }],
  [9, { country: "DE", region: "Nordrhein-Westfalen" }],
  [7, { country: "DE", region: "Baden-Württemberg" }],
  [5, { country: "DE", region: "Thüringen" }],
  [8, { country: "FR", region: "Île-de-France" }],
  [5, { country: "FR", region: "Auvergne-Rhône-Alpes" }],
  [8, { country: "ES", region: "Comunidad de Madrid" }],
  [6, { country: "ES", region: "Cataluña" }],
  [8, { country: "IT", region: "Lombardia" }],
  [6, { country: "IT", region: "Lazio" }],
  [6, { country: "NL", region: "Noord-Holland" }],
  [5, { country: "AT", region: "Niederösterreich" }],
  [5, { country: "PT", region: "Lisboa" }],
  [5, { country: "GR", region: "Attica" }],
  [4, { country: "IE", region: "Leinster" }],
];

/** What a sector borrows, on which security, worth how much of the loan. */
export type Sector = {
  sector: string;
  assetClass: string;
  collateralType: string;
  /** Mean collateral value / principal when the loan is secured. */
  cover: number;
  /** Share of loans that are secured. */
  secured: number;
};

const sector = (
  name: string, assetClass: string, collateralType: string, cover: number, secured: number,
): Sector => ({ sector: name, assetClass, collateralType, cover, secured });

export const SECTORS: Weighted<Sector> = [
  [22, sector("Commercial real estate", "real_estate", "office", 0.92, 1)],
  [9, sector("Commercial real estate", "real_estate", "retail_property", 0.84, 1)],
  [14, sector("Residential development", "real_estate", "residential", 0.97, 1)],
  [8, sector("Hospitality", "corporate", "hotel", 0.86, 0.97)],
  [12, sector("Manufacturing", "corporate", "machinery", 0.62, 0.9)],
  [9, sector("Wholesale, retail trade", "sme", "receivables", 0.52, 0.85)],
  [7, sector("Transport and logistics", "asset_finance", "vehicles", 0.7, 0.95)],
  [6, sector("Energy", "project_finance", "plant", 0.76, 0.97)],
  [5, sector("Healthcare", "corporate", "equipment", 0.6, 0.9)],
  [5, sector("Agriculture", "sme", "land", 0.9, 0.95)],
  [3, sector("Shipping", "asset_finance", "vessel", 0.72, 1)],
];

/** Ratings from best to worst with one-year default probability and spread in points. */
export const RATINGS = [
  { rating: "BBB", pd: 0.0028, spread: 1.1 },
  { rating: "BB+", pd: 0.0065, spread: 1.6 },
  { rating: "BB", pd: 0.0115, spread: 2.1 },
  { rating: "BB-", pd: 0.0195, spread: 2.7 },
  { rating: "B+", pd: 0.034, spread: 3.4 },
  { rating: "B", pd: 0.058, spread: 4.2 },
  { rating: "B-", pd: 0.098, spread: 5.2 },
  { rating: "CCC", pd: 0.215, spread: 6.8 },
  { rating: "D", pd: 1, spread: 7.5 },
] as const;

/** Index of the ratings that stages depend on. */
export const [RATING_CCC, RATING_D] = [7, 8] as const;

/** How many loans start in which rating, by index. */
export const RATING_WEIGHTS: Weighted<number> = [
  [4, 0], [8, 1], [12, 2], [14, 3], [14, 4], [12, 5], [9, 6], [9, 7], [18, 8],
];

const SURNAMES = [
  "Müller", "Schröder", "Jäger", "Weiß", "Günther", "Lefèvre", "García", "Núñez", "Rossi",
  "De Luca", "van der Berg", "Sørensen", "Conceição", "Papadopoulos", "O'Brien",
];
const FORMS = [
  "& Söhne, Holding GmbH", "Immobilien AG", "Group, S.A.", "Partners, S.p.A.", "Beteiligungs KG",
  "Capital B.V.", "Hermanos, S.L.", "Frères SAS",
];

/** Name of an obligor group; every fourth or so has a comma, and many have umlauts or accents. */
export function groupName(index: number): string {
  const surname = SURNAMES[index % SURNAMES.length] as string;
  const turn = Math.floor(index / SURNAMES.length) + index % SURNAMES.length;
  const form = FORMS[turn % FORMS.length] as string;
  const round = Math.floor(index / (SURNAMES.length * FORMS.length));
  return round === 0 ? `${surname} ${form}` : `${surname} ${form} (${round + 1})`;
}

/** What is being realised as a distressed asset, and the share of value that is recovered. */
export const DISTRESSED_TYPES: Weighted<{ type: string; recovery: number }> = [
  [30, { type: "office", recovery: 48 }],
  [20, { type: "retail_property", recovery: 42 }],
  [18, { type: "land", recovery: 38 }],
  [14, { type: "hotel", recovery: 45 }],
  [10, { type: "machinery", recovery: 30 }],
  [8, { type: "vessel", recovery: 52 }],
];

export const LEGAL_ENTITIES: Weighted<string> = [
  [6, "Alpine Credit Opportunities, S.à r.l."],
  [3, "Rhein Distressed Debt GmbH"],
  [1, "Iberia Servicing, S.L."],
];
