/** What the R-loss Σᵢ ωᵢ [Ỹᵢ − W̃ᵢ τ(xᵢ)]² is taken over (Nie & Wager 2021), Ỹ = Y − m̂ and W̃ = W − ê. */

/** Ỹ, W̃ and ω of every training row, and its cluster or null where rows are independent. */
export interface RLossRows {
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly weight: Float64Array;
  readonly clusters: Int32Array | null;
}
