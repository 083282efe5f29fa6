/**
 * The business units of the simulated company: what a unit pays, how long its cases take, how often its customers
 * complain, and how it trains. All figures are invented; the pay formula is the report's.
 */
export interface Unit {
  readonly name: string;
  /** Share of workers, on any scale. */
  readonly size: number;
  /** Yuan per service: one rate for a unit. */
  readonly pieceRate: number;
  /** Yuan per hour online: one rate for wider groups of units. */
  readonly hourlyRate: number;
  /** Minutes a service takes at its median worker. */
  readonly minutes: number;
  /** Share of online time spent on services at its median worker. */
  readonly occupancy: number;
  /** Events per hour online before a worker's own skill and luck. */
  readonly buttonRate: number;
  readonly surveyRate: number;
  readonly qcRate: number;
  /** Log odds of mainly-AI training, relative to the other units. */
  readonly trainingTilt: number;
  /** Log odds of scripts with negative emotions, relative to the other units. */
  readonly negativeTilt: number;
}

const unit = (
  name: string,
  size: number,
  [pieceRate, hourlyRate]: readonly [number, number],
  [minutes, occupancy]: readonly [number, number],
  [buttonRate, surveyRate, qcRate]: readonly [number, number, number],
  [trainingTilt, negativeTilt]: readonly [number, number],
): Unit => ({
  name,
  size,
  pieceRate,
  hourlyRate,
  minutes,
  occupancy,
  buttonRate,
  surveyRate,
  qcRate,
  trainingTilt,
  negativeTilt,
});

export const UNITS: readonly Unit[] = Object.freeze([
  unit('consumer credit', 22, [2.6, 8], [12.5, 0.58], [0.05, 0.028, 0.036], [0.25, 0.4]),
  unit('payments', 20, [2.1, 8], [9.5, 0.55], [0.036, 0.021, 0.028], [0.1, 0.1]),
  unit('account security', 15, [2.4, 8], [11.0, 0.56], [0.042, 0.024, 0.04], [0.05, 0.2]),
  unit('merchants', 13, [2.3, 8], [10.5, 0.54], [0.032, 0.019, 0.032], [-0.1, -0.1]),
  unit('funds', 11, [2.8, 9], [13.0, 0.57], [0.03, 0.018, 0.034], [-0.2, -0.3]),
  unit('insurance', 10, [3.0, 9], [14.0, 0.6], [0.038, 0.022, 0.042], [-0.05, 0.1]),
  unit('public services', 9, [1.9, 9], [8.5, 0.52], [0.026, 0.016, 0.024], [-0.3, -0.4]),
]);
