import { netByInstrument, netByPortfolio, type Netted, type Netting } from "@/lib/risk";
import type { EngineFormulas } from "@/lib/risk/engines";
import { shortfallsOf } from "../datasets/secured-debts";
import type { SealedVersion } from "../datasets/sealed-versions";

/** A sealed version under a netting; by instrument its debts are read once and cached. */
export const nettedVersion = async (sealed: SealedVersion, netting: Netting): Promise<Netted> =>
  netting === "portfolio" ? netByPortfolio(sealed.exposure)
    : netByInstrument(sealed.exposure, await shortfallsOf(sealed.datasetVersionId));

/** The same as an engine version computes it; of the current one `nettedVersion` remembers more. */
export const nettedBy = async (
  engine: EngineFormulas, sealed: SealedVersion, netting: Netting,
): Promise<Netted> => netting === "portfolio" ? engine.portfolio(sealed.exposure)
  : engine.instrument(sealed.exposure, (await shortfallsOf(sealed.datasetVersionId)).debts);
