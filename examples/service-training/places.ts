/**
 * Where workers live: six-digit county codes in the layout of GB/T 2260 (two digits province, two prefecture, two
 * county: up to 20 an urban district, 21 to 80 a county or banner, from 81 a county-level city). City tier and county
 * type are functions of the code. The last two digits are simulated: not every code exists.
 */

/** Prefectures counted as tier 1, new tier 1 or tier 2. */
const UPPER_TIERS = [
  1101, 1201, 1301, 1401, 2101, 2102, 2201, 2301, 3101, 3201, 3202, 3204, 3205, 3206, 3301, 3302, 3303, 3304, 3306,
  3307, 3401, 3501, 3502, 3505, 3601, 3701, 3702, 3706, 4101, 4201, 4301, 4401, 4403, 4404, 4406, 4413, 4501, 5001,
  5101, 5201, 5301, 6101, 6201,
];

/** Prefectures counted as tier 3 and below. */
const LOWER_TIERS = [
  1302, 1303, 1304, 1305, 1307, 1402, 1404, 1408, 1502, 1504, 2103, 2106, 2202, 2302, 2306, 3207, 3208, 3210, 3308,
  3311, 3402, 3403, 3408, 3412, 3506, 3509, 3604, 3607, 3609, 3703, 3708, 3709, 3717, 4103, 4107, 4113, 4114, 4117,
  4205, 4206, 4210, 4304, 4306, 4311, 4405, 4409, 4412, 4503, 4509, 5106, 5107, 5113, 5115, 5203, 5303, 6103, 6104,
  6107, 6205, 6401,
];

/** Endings offered by every prefecture: three urban districts, three counties, one county-level city. */
const DISTRICT_ENDINGS = [2, 4, 6];
const COUNTY_ENDINGS = [22, 24, 27, 81];

export const CITY_TIERS = ['tier 1, new tier 1 and tier 2', 'tier 3 and below'] as const;
export const COUNTY_TYPES = ['urban district', 'county, banner or county-level city'] as const;

const upperTiers = new Set(UPPER_TIERS);

export const cityTierOf = (countyCode: number): (typeof CITY_TIERS)[number] =>
  CITY_TIERS[upperTiers.has(Math.floor(countyCode / 100)) ? 0 : 1];

export const countyTypeOf = (countyCode: number): (typeof COUNTY_TYPES)[number] =>
  COUNTY_TYPES[countyCode % 100 <= 20 ? 0 : 1];

/** A county code from three uniform draws: 43 % upper tiers; districts are 70 % of the upper and 42 % of the lower. */
export function countyCodeFrom(tierDraw: number, prefectureDraw: number, countyDraw: number): number {
  const upper = tierDraw < 0.43;
  const prefectures = upper ? UPPER_TIERS : LOWER_TIERS;
  // The power favours the first of the list: capitals and coast send more workers than the rest.
  const prefecture = prefectures[Math.floor(prefectureDraw ** 1.5 * prefectures.length)] as number;
  const urbanShare = upper ? 0.7 : 0.42;
  const urban = countyDraw < urbanShare;
  const endings = urban ? DISTRICT_ENDINGS : COUNTY_ENDINGS;
  const within = urban ? countyDraw / urbanShare : (countyDraw - urbanShare) / (1 - urbanShare);
  return prefecture * 100 + (endings[Math.floor(within * endings.length)] as number);
}
