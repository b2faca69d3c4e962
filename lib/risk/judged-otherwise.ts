type Judged = { is_material: boolean } | null;

/** Scenarios of both runs that only one of them finds material, whether or not losses differ. */
export const judgedOtherwise = <S extends { base: Judged; other: Judged }>(
  scenarios: readonly S[],
): S[] => scenarios.filter(({ base, other }) => base !== null && other !== null
  && base.is_material !== other.is_material);
